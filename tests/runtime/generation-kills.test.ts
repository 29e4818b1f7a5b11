import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { fastClock } from '../support/fast-clock.ts';
import { FILM } from '../support/jobs-world.ts';
import { startOutside } from '../support/outside.ts';
import { signUp } from '../support/person.ts';
import { KINDS } from '../support/providers/each.ts';
import { type StandInJob, startStandIn } from '../support/providers/stand-in.ts';
import { startServer } from '../support/server.ts';
import { isSoak, soakRounds } from '../support/soak.ts';

const ROUNDS = Math.ceil(soakRounds(3) / KINDS.length) * 2;
/** So often everything under way is waited for; in between a kill meets what others left. */
const SETTLE_EVERY = 10;
const SOON = { timeout: 60_000, interval: 100 };
const POINTS = [
  'submit asked',
  'submit taken',
  'status asked',
  'webhook sent',
  'webhook answered',
  'film asked',
  'any time',
] as const;

interface Found {
  readonly status: string;
  readonly error: { readonly code: string } | null;
  readonly video_ids: readonly string[];
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * 503, timeout and kill around the submit: one submission (AI SDK re-posts on 503). What nobody can know
 * is held, and then nothing was charged for it.
 */
test.each(KINDS)(
  `the retry of a paid start charges again: SIGKILL around submit, poll, webhook and completion with $dialect.name, ${ROUNDS} rounds`,
  { timeout: 120_000 + ROUNDS * 15_000 },
  async ({ dialect, env, outputs }) => {
    let die = (_: (typeof POINTS)[number]) => {};
    await using outside = await startOutside((path) => {
      die('film asked');
      return path.startsWith('/film') ? { length: FILM.length, body: () => [FILM] } : null;
    });
    const clock = fastClock(outside.env.NODE_OPTIONS);
    await using standIn = await startStandIn(dialect, clock.now);
    const port = await freePort();
    await using server = await startServer({
      env: {
        ...outside.env,
        ...clock.env,
        ...env(standIn.url),
        PORT: String(port),
        PUBLIC_URL: `http://localhost:${port}`,
        GENERATIONS_AT_ONCE: '0',
        GENERATIONS_PER_DAY: '0',
      },
    });
    const person = await signUp((path, init) => fetch(server.url + path, init));
    const made: string[] = [];
    const told: Promise<void>[] = [];
    let isOver = false;

    standIn.onAsked = (asked) => {
      if (asked?.op === 'submit') die('submit asked');
      if (asked?.op === 'status') die('status asked');
    };
    standIn.onTaken = (job) => {
      die('submit taken');
      told.push(live(job));
    };

    /** The job runs and ends, and the provider says so until somebody answers. */
    async function live(job: StandInJob): Promise<void> {
      await pause(Math.random() * 200);
      job.state = 'running';
      await pause(Math.random() * 300);
      const urls = [1, 2].slice(0, 1 + Math.round(Math.random())).map((n) => outside.urlOf(`/film-${job.id}-${n}.mp4`));
      Object.assign(job, { state: 'succeeded', outputs: outputs[0]?.[1](...urls) });
      // One whose list shows everything need not be heard.
      if (dialect.name === 'replicate' && Math.random() < 0.5) return;
      for (let answered = false; !answered && !isOver; await pause(100)) {
        const { headers, body } = await dialect.delivery(job, clock.now());
        die('webhook sent');
        const reply = await fetch(job.webhookUrl ?? '', { method: 'POST', headers, body }).catch(() => null);
        answered = reply?.status === 200;
        die('webhook answered');
      }
    }

    /** Held, and at last known never to have been taken, it failed before it was started. */
    const endOf = ({ status, error }: Found): string => (status === 'failed' ? error?.code : status) ?? 'failed';
    const find = async (id: string): Promise<Found> =>
      (await (await person.fetch(`/api/generations/${id}`)).json()).data;
    const jobOf = (id: string) => [...standIn.jobs.values()].filter(({ webhookUrl }) => webhookUrl?.endsWith(`/${id}`));

    async function settle(ids: readonly string[]): Promise<void> {
      for (const id of ids) {
        await expect.poll(async () => endOf(await find(id)), SOON).toMatch(/^(succeeded|held|not_started)$/);
        const end = endOf(await find(id));
        // Whose list has everything can always tell; fal's has only what has ended.
        if (dialect.name !== 'fal') expect(end).toBe('succeeded');
        expect(jobOf(id)).toHaveLength(end === 'succeeded' ? 1 : 0);
      }
    }

    for (let round = 1; round <= ROUNDS; round++) {
      const [point = 'any time'] = [...POINTS].sort(() => Math.random() - 0.5);
      const hit = Promise.withResolvers<void>();
      die = (where) => {
        if (where === point) hit.resolve();
      };
      const again = Math.random();
      if (again < 0.2) standIn.answerNext('submit', 'take and hang up');
      else if (again < 0.4) standIn.answerNext('submit', { status: 503, body: 'busy' });
      for (const n of [1, 2]) {
        const reply = await person.send('POST', '/api/generations', { prompt: `Round ${round}, film ${n}` });
        made.push((await reply.json()).data.id);
      }
      await Promise.race([hit.promise, pause(200 + Math.random() * 800)]);
      await pause(Math.random() * 10);
      await server.kill();
      await server.restart();
      if (round % SETTLE_EVERY === 0) await settle(made.slice(-2 * SETTLE_EVERY));
    }
    die = () => {};
    await settle(made);
    isOver = true;
    await Promise.all(told);

    const generations = await Promise.all(made.map(find));
    const succeeded = generations.filter(({ status }) => status === 'succeeded');
    expect(standIn.jobs.size).toBe(succeeded.length);
    const ids = succeeded.flatMap(({ video_ids: videoIds }) => videoIds).sort();
    await expect
      .poll(async () => (await stored()).filter(({ status }) => status === 'completed').length, SOON)
      .toBe(ids.length);
    expect((await stored()).map(({ id }) => id).sort()).toEqual(ids);
    const films = [...standIn.jobs.values()].flatMap(
      ({ outputs: shape }) => JSON.stringify(shape).match(/film-[^"]+mp4/g) ?? [],
    );
    expect(films).toHaveLength(ids.length);
    if (isSoak) {
      const count = (end: string) => generations.filter((generation) => endOf(generation) === end).length;
      process.stdout.write(
        `${dialect.name}: ${ROUNDS} kills, ${made.length} generations, ${standIn.jobs.size} submissions, ` +
          `${count('held')} held and ${count('not_started')} given up that were never taken, ${films.length} outputs, ${ids.length} videos\n`,
      );
    }

    async function stored(): Promise<readonly { readonly id: string; readonly status: string }[]> {
      const all: { id: string; status: string }[] = [];
      for (let page = 1; ; page++) {
        const { data } = await (await person.fetch(`/api/user/videos?limit=100&page=${page}`)).json();
        all.push(...data.videos);
        if (!data.pagination.hasNext) return all;
      }
    }
  },
);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
