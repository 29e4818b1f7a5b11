import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GenerationIdSchema, UserIdSchema, uuidv7, VideoIdSchema } from '../../sync/ids.ts';
import { GenerationCreateSchema } from '../../sync/records.ts';
import { createTestApp, type TestApp } from '../../tests/support/app.ts';
import type { Person } from '../../tests/support/person.ts';
import { KINDS } from '../../tests/support/providers/each.ts';
import { type StandIn, type StandInJob, startStandIn } from '../../tests/support/providers/stand-in.ts';
import { createJobLoop, type JobLoop } from '../generation/jobs.ts';
import type { VideoProvider } from '../generation/provider.ts';
import { webhookUrlAt } from '../generation/submission.ts';
import { commitPush } from '../sync/commit.ts';
import { newNonce } from '../sync/heads.ts';

const FILM = 'https://cdn.example/1.mp4';

describe.each(KINDS)('$dialect.name', ({ dialect, create, outputs }) => {
  let standIn: StandIn;
  let provider: VideoProvider;
  let testApp: TestApp;
  let person: Person;
  let loop: JobLoop;
  let late: number;
  beforeEach(async () => {
    late = 0;
    const clock = () => Date.now() + late;
    standIn = await startStandIn(dialect, clock);
    provider = create(standIn.url, clock);
    testApp = await createTestApp({
      provider,
      clock,
      webhookUrl: webhookUrlAt('https://vidfab.example', dialect.name),
    });
    person = await testApp.signUp();
    loop = createJobLoop(testApp.deps);
  });
  afterEach(async () => {
    await standIn[Symbol.asyncDispose]();
    await testApp[Symbol.asyncDispose]();
  });

  const work = () => loop.runSlice(5_000);

  async function generate(): Promise<string> {
    const reply = await person.send('POST', '/api/generations', { prompt: 'A fox' });
    expect(reply.status).toBe(201);
    return (await reply.json()).data.id;
  }

  const find = async (id: string) => (await (await person.fetch(`/api/generations/${id}`)).json()).data;
  const videos = async () => (await (await person.fetch('/api/user/videos')).json()).data.videos;
  const onlyJob = () => {
    const [job] = standIn.jobs.values();
    if (!job) throw new Error('nothing was taken');
    return job;
  };

  function end(job: StandInJob, state: StandInJob['state'] = 'succeeded'): void {
    Object.assign(job, { state, outputs: outputs[0]?.[1](FILM) });
  }

  async function tell(
    job: StandInJob,
    { path = new URL(job.webhookUrl ?? '').pathname, at = Date.now() + late, change = '' } = {},
  ) {
    const { headers, body } = await dialect.delivery(job, at);
    return (await testApp.request(path, { method: 'POST', headers, body: body + change })).status;
  }

  test('a delivery ends the generation and makes its video, without a poll', async () => {
    const id = await generate();
    await work();
    end(onlyJob());
    const asked = standIn.requests.length;
    expect(await tell(onlyJob())).toBe(200);
    expect(await find(id)).toMatchObject({ status: 'succeeded' });
    expect(await videos()).toMatchObject([{ id: (await find(id)).video_ids[0], original_url: FILM }]);
    expect(standIn.requests.slice(asked).filter(({ op }) => op !== 'keys')).toEqual([]);
  });

  test('a delivery that says only that it runs has it asked for at once', async () => {
    await generate();
    await work();
    const asked = () => standIn.requests.filter(({ op }) => op === 'status').length;
    const before = asked();
    Object.assign(onlyJob(), { state: 'a new word', outputs: null });
    expect(await tell(onlyJob())).toBe(200);
    await work();
    expect(asked()).toBe(before + 1);
  });

  test('a delivery of a failure ends it with its reason', async () => {
    const id = await generate();
    await work();
    end(onlyJob(), 'moderated');
    expect(await tell(onlyJob())).toBe(200);
    expect(await find(id)).toMatchObject({ status: 'failed', error: { code: 'moderated' } });
  });

  test.each([
    ['webhook', 'webhook', 'poll', 'client'],
    ['poll', 'webhook', 'client', 'webhook'],
    ['client', 'poll', 'webhook', 'poll'],
    ['client', 'client', 'webhook', 'poll'],
  ])('[GEN-1] told by %s, %s, %s and %s it is one video of one id', async (...order) => {
    const id = await generate();
    await work();
    end(onlyJob());
    const { row, video_ids: videoIds } = await find(id);
    const acts: Record<string, () => Promise<unknown>> = {
      webhook: () => tell(onlyJob()),
      poll: async () => {
        late += 60_000;
        await work();
      },
      // As a device that saw it succeed writes it down, and pushes it.
      client: async () => {
        const known = (await find(id)).row;
        const video = {
          id: v.parse(VideoIdSchema, videoIds[0]),
          create: {
            origin: 'generated',
            generationId: id,
            outputIndex: 0,
            provider: dialect.name,
            requestId: known.server.requestId,
            originalUrl: FILM,
            prompt: row.create.prompt,
            createdAt: row.create.createdAt,
          },
          set: {},
        };
        await person.send('POST', '/api/sync', {
          protocol: 1,
          user: person.id,
          device: 'd'.repeat(16),
          cursor: null,
          head: null,
          limit: 10,
          push: { videos: [video], generations: [] },
        });
      },
    };
    for (const act of order) await acts[act]?.();
    expect(await find(id)).toMatchObject({ status: 'succeeded' });
    expect((await videos()).map((video: { id: string }) => video.id)).toEqual(videoIds);
  });

  test('all at once it is one video of one id', async () => {
    const id = await generate();
    await work();
    end(onlyJob());
    late += 60_000;
    await Promise.all([work(), tell(onlyJob()), tell(onlyJob(), { at: Date.now() + late - 2_000 }), work()]);
    expect(await find(id)).toMatchObject({ status: 'succeeded' });
    expect(await videos()).toHaveLength(1);
  });

  test('[GEN-2] a submission whose answer was lost is found by its delivery', async () => {
    standIn.answerNext('submit', 'take and hang up');
    const id = await generate();
    await work();
    expect((await find(id)).status).toBe('submitting');
    end(onlyJob());
    expect(await tell(onlyJob())).toBe(200);
    expect(await find(id)).toMatchObject({ status: 'succeeded' });
    expect((await find(id)).row.server.requestId).toBe(onlyJob().id);
    late += 600_000;
    await work();
    expect(standIn.jobs.size).toBe(1);
    expect(await videos()).toHaveLength(1);
  });

  test('outputs that come after it was cancelled are kept', async () => {
    const id = await generate();
    await work();
    await person.send('POST', `/api/generations/${id}/cancel`, {});
    await work();
    expect([(await find(id)).status, onlyJob().isCancelled]).toEqual(['canceled', true]);
    end(onlyJob());
    expect(await tell(onlyJob())).toBe(200);
    expect(await find(id)).toMatchObject({ status: 'succeeded' });
  });

  test('what is not signed, altered, stale, replayed or of nobody is 401 and changes nothing', async () => {
    const id = await generate();
    await work();
    end(onlyJob());
    const path = new URL(onlyJob().webhookUrl ?? '').pathname;
    const other = uuidv7(Date.now(), new Uint8Array(10));
    expect((await testApp.request(path, { method: 'POST', body: '{}' })).status).toBe(401);
    expect(await tell(onlyJob(), { change: ' ' })).toBe(401);
    expect(await tell(onlyJob(), { at: Date.now() - 301_000 })).toBe(401);
    expect(await tell(onlyJob(), { path: path.replace(dialect.name, 'another') })).toBe(401);
    expect(await tell(onlyJob(), { path: path.replace(id, other) })).toBe(401);
    expect(await tell(onlyJob(), { path: path.replace(id, '..') })).toBe(404);
    expect(await find(id)).toMatchObject({ status: 'running' });
    const at = Date.now();
    expect([await tell(onlyJob(), { at }), await tell(onlyJob(), { at })]).toEqual([200, 401]);
  });

  test('another person’s generation is not told of by a delivery about one’s own', async () => {
    await generate();
    await work();
    end(onlyJob());
    const commit = { db: testApp.deps.db, now: Date.now, nonce: () => newNonce(testApp.deps.random) };
    const [user, id] = [
      v.parse(UserIdSchema, 'bob'),
      v.parse(GenerationIdSchema, uuidv7(Date.now(), new Uint8Array(10))),
    ];
    const create = v.parse(GenerationCreateSchema, {
      prompt: 'x',
      model: onlyJob().model,
      provider: dialect.name,
      videoIds: [uuidv7(Date.now(), new Uint8Array(10))],
      createdAt: Date.now(),
    });
    await commitPush(commit, { user, videos: [], generations: [{ id, create, set: {} }], knowsEpoch: true });
    expect(await tell(onlyJob(), { path: `/api/webhooks/${dialect.name}/${user}/${id}` })).toBe(401);
    const { rows } = await testApp.deps.db.sql.execute({
      sql: `SELECT status FROM generation WHERE id = ?`,
      args: [id],
    });
    expect(rows[0]?.status).toBe('queued');
  });

  test('a body that is too large is refused before it is read', async () => {
    const id = await generate();
    const path = `/api/webhooks/${dialect.name}/${person.id}/${id}`;
    expect((await testApp.request(path, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) })).status).toBe(413);
  });
});
