import { describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../tests/support/app.ts';
import type { Person } from '../../tests/support/person.ts';
import { CLIENT_IP_HEADER } from '../auth.ts';
import { createMetrics } from '../entry/metrics.ts';
import { createJobLoop } from '../generation/jobs.ts';
import { createNoMetrics } from '../metrics.ts';

const HERE = { [CLIENT_IP_HEADER]: '127.0.0.1' };
const TOKEN = 'a token of the tests';
const ID = '01900000-0000-7000-8000-00000000000';

describe('who may read the metrics', () => {
  test('without a token: this machine, under its own name, with nobody in between', async () => {
    await using app = await createTestApp();
    const status = async (headers: Record<string, string>, origin = 'http://localhost:3000') =>
      (await app.request(`${origin}/metrics`, { headers })).status;
    expect(await status(HERE)).toBe(200);
    expect(await status({ [CLIENT_IP_HEADER]: '::1' }, 'http://[::1]:3000')).toBe(200);
    expect(await status({ [CLIENT_IP_HEADER]: '192.168.1.9' })).toBe(403);
    expect(await status({})).toBe(403);
    expect(await status({ ...HERE, 'x-forwarded-for': '127.0.0.1' })).toBe(403);
    expect(await status({ ...HERE, forwarded: 'for=127.0.0.1' })).toBe(403);
    // A page that made its own name lead here.
    expect(await status(HERE, 'http://rebound.example:3000')).toBe(403);
  });

  test('behind a proxy without a token: nobody', async () => {
    await using app = await createTestApp({ config: { publicUrl: 'http://localhost', metricsToken: null } });
    const reply = await app.request('/metrics', { headers: HERE });
    expect(reply.status).toBe(403);
    expect(await reply.json()).toMatchObject({ success: false, code: 'forbidden' });
  });

  test('with a token: whoever sends it, and not even this machine else', async () => {
    await using app = await createTestApp({ config: { publicUrl: 'https://videos.example', metricsToken: TOKEN } });
    const person = await app.signUp();
    const status = async (headers: Record<string, string>) => (await app.request('/metrics', { headers })).status;
    expect(await status({ authorization: `Bearer ${TOKEN}` })).toBe(200);
    expect(await status({ authorization: `bearer  ${TOKEN}` })).toBe(200);
    for (const authorization of [`Bearer ${TOKEN}s`, `Bearer ${TOKEN.slice(1)}`, `Basic ${TOKEN}`, TOKEN, 'Bearer ']) {
      expect({ authorization, status: await status({ authorization }) }).toEqual({ authorization, status: 401 });
    }
    expect(await status(HERE)).toBe(401);
    expect(await status({ ...HERE, cookie: person.cookie })).toBe(401);
  });

  test('where nothing is counted: it is not there', async () => {
    await using app = await createTestApp({ metrics: createNoMetrics() });
    expect((await app.request('/metrics', { headers: HERE })).status).toBe(404);
  });
});

describe('what the metrics tell', () => {
  test('the time of each request by the pattern of its route, never by its path', async () => {
    await using app = await createTestApp();
    const person = await app.signUp();
    for (const path of [`/api/video/${ID}1`, `/api/video/${ID}2`, '/api/nope/secret', '/healthz'])
      await person.fetch(path);
    await person.fetch('/healthz', { method: 'PROPFIND' });
    const { text, samples } = await scrape(app);
    const count = 'vidfab_http_request_duration_seconds_count';
    expect(samples.get(`${count}{route="/api/video/:id",method="GET",status="4xx"}`)).toBe(2);
    expect(samples.get(`${count}{route="*",method="GET",status="4xx"}`)).toBe(1);
    expect(samples.get(`${count}{route="/healthz",method="GET",status="2xx"}`)).toBe(1);
    expect(text).toContain('method="OTHER"');
    for (const word of [ID, 'secret', 'PROPFIND', person.id, person.email]) expect(text).not.toContain(word);
    const buckets = [...samples].filter(([name]) => name.startsWith('vidfab_http_request_duration_seconds_bucket'));
    expect(
      buckets.filter(([name]) => name.includes('le="+Inf"') && name.includes('route="/healthz",method="GET"')),
    ).toEqual([[expect.any(String), 1]]);
  });

  test('how many pushed rows were saved, and why the others were not', async () => {
    await using app = await createTestApp();
    const person = await app.signUp();
    await sync(person, { videos: [video(1), video(2), { id: `${ID}3`, set: {} }, { id: 'nonsense', set: {} }] });
    await sync(person, { videos: [video(1)], generations: [generation(4)] });
    const { samples } = await scrape(app);
    const rows = (kind: string, outcome: string, code: string) =>
      samples.get(`vidfab_push_rows_total{kind="${kind}",outcome="${outcome}",code="${code}"}`);
    expect(rows('video', 'ok', '')).toBe(3);
    expect(rows('video', 'rejected', 'unknown')).toBe(1);
    expect(rows('video', 'rejected', 'invalid')).toBe(1);
    expect(rows('generation', 'retry', 'epoch')).toBe(1);
  });

  test('what is made, what is stored and after how long, each video once', async () => {
    await using app = await createTestApp();
    const person = await app.signUp();
    const jobs = createJobLoop(app.deps);
    const made = await person.send('POST', '/api/generations', { prompt: 'a boat', params: { duration: 3 } });
    const { data } = await made.json();
    await expect
      .poll(
        async () => {
          await jobs.runSlice(1_000);
          return (await scrape(app)).samples.get('vidfab_videos_stored_total');
        },
        { timeout: 60_000 },
      )
      .toBe(1);
    // A device that saw the same generation succeed pushes the same video. [GEN-1]
    const generated = (await (await person.fetch(`/api/generations/${data.id}`)).json()).data;
    expect(generated.status).toBe('succeeded');
    const listed = (await (await person.fetch('/api/user/videos')).json()).data.videos[0];
    await sync(person, { videos: [{ ...video(0), id: listed.id }] });
    await jobs.stop();
    const { samples } = await scrape(app);
    expect(samples.get('vidfab_videos_completed_total')).toBe(1);
    expect(samples.get('vidfab_videos_stored_total')).toBe(1);
    expect(samples.get('vidfab_completion_to_stored_seconds_count')).toBe(1);
    expect(samples.get('vidfab_completion_to_stored_seconds_sum')).toBeGreaterThanOrEqual(0);
    expect(samples.get('vidfab_completion_to_stored_seconds_sum')).toBeLessThan(60);
  }, 90_000);

  test('what could not be stored, and the jobs that wait', async () => {
    await using app = await createTestApp();
    const person = await app.signUp();
    const store = (name: string) =>
      person.send('POST', '/api/video/store', { prompt: 'a fox', original_url: `https://cdn.example/${name}.mp4` });
    await store('one');
    expect(await gauge(app, 'vidfab_jobs{kind="ingest",state="queued"}')).toBe(1);
    // There is no network in this test.
    await createJobLoop(app.deps).runSlice(5_000);
    await store('two');
    expect(await gauge(app, 'vidfab_ingest_failures_total{outcome="retried"}')).toBe(1);
    expect(await gauge(app, 'vidfab_ingest_failures_total{outcome="given_up"}')).toBe(0);
    expect(await gauge(app, 'vidfab_jobs{kind="ingest",state="queued"}')).toBe(2);
    expect(await gauge(app, 'vidfab_videos_completed_total')).toBe(2);
    await app.deps.db.sql.execute({ sql: `UPDATE ingest_job SET lease_until = ?`, args: [Date.now() + 60_000] });
    expect(await gauge(app, 'vidfab_jobs{kind="ingest",state="queued"}')).toBe(0);
    expect(await gauge(app, 'vidfab_jobs{kind="ingest",state="leased"}')).toBe(2);
    await person.send('POST', '/api/generations', { prompt: 'a boat' });
    expect(await gauge(app, 'vidfab_jobs{kind="generation",state="queued"}')).toBe(1);
  });

  test('what only the person can help with', async () => {
    await using app = await createTestApp({ remote: async () => ({ kind: 'refused', message: 'A private address' }) });
    const person = await app.signUp();
    await person.send('POST', '/api/video/store', { prompt: 'a fox', original_url: 'https://cdn.example/1.mp4' });
    await createJobLoop(app.deps).runSlice(5_000);
    expect(await gauge(app, 'vidfab_ingest_failures_total{outcome="given_up"}')).toBe(1);
    expect(await gauge(app, 'vidfab_ingest_failures_total{outcome="retried"}')).toBe(0);
  });

  test('what the devices say of themselves, in sums', async () => {
    await using app = await createTestApp();
    expect(await gauge(app, 'vidfab_device_synced_ratio')).toBe(1);
    const [ada, ben] = [await app.signUp(), await app.signUp()];
    await sync(ada, { device: 'a'.repeat(16), stats: { completed: 9, synced: 6, failed: 1, oldestPendingMs: 1_500 } });
    await sync(ben, { device: 'b'.repeat(16), stats: { completed: 1, synced: 1, failed: 0, oldestPendingMs: null } });
    const { text, samples } = await scrape(app);
    expect(samples.get('vidfab_devices')).toBe(2);
    expect(samples.get('vidfab_device_videos{state="completed"}')).toBe(10);
    expect(samples.get('vidfab_device_videos{state="synced"}')).toBe(7);
    expect(samples.get('vidfab_device_videos{state="failed"}')).toBe(1);
    expect(samples.get('vidfab_device_synced_ratio')).toBeCloseTo(0.7);
    expect(samples.get('vidfab_device_oldest_pending_seconds')).toBe(1.5);
    expect(text).not.toContain('aaaaaaaa');
  });

  test('the streams that are open', async () => {
    await using app = await createTestApp();
    const person = await app.signUp();
    const stream = await person.fetch('/api/sync/events');
    expect(await gauge(app, 'vidfab_live_streams')).toBe(1);
    await stream.body?.cancel();
    await expect.poll(() => gauge(app, 'vidfab_live_streams')).toBe(0);
  });

  test('is told again, unchanged but for what happened since', async () => {
    await using app = await createTestApp();
    const [first, second] = [await scrape(app), await scrape(app)];
    const own = 'vidfab_http_request_duration_seconds_count{route="/metrics",method="GET",status="2xx"}';
    expect(first.samples.get(own)).toBeUndefined();
    expect(second.samples.get(own)).toBe(1);
    const others = (samples: ReadonlyMap<string, number>) => [...samples].filter(([name]) => !name.includes('http'));
    expect(others(second.samples)).toEqual(others(first.samples));
  });

  test('is told with the database gone, but for what is in it', async () => {
    await using app = await createTestApp();
    await app.deps.db.sql.execute({ sql: 'ALTER TABLE ingest_job RENAME TO elsewhere', args: [] });
    const { samples } = await scrape(app);
    expect(samples.get('vidfab_devices')).toBe(0);
    expect([...samples.keys()].filter((name) => name.startsWith('vidfab_jobs'))).toEqual([]);
    expect(app.log).toContainEqual(expect.objectContaining({ event: 'jobs not counted' }));
  });

  test('of the process: memory, processor, and how long the event loop is held up', async () => {
    await using app = await createTestApp();
    const { db, live, clock, log } = app.deps;
    const metrics = createMetrics({ db, live, clock, log, watchProcess: true });
    const { text } = (await metrics.exposition?.()) ?? { text: '' };
    const samples = parse(text);
    for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'nodejs_eventloop_lag_seconds']) {
      expect(samples.get(name), name).toBeGreaterThanOrEqual(0);
    }
  });
});

async function scrape(app: TestApp): Promise<{ readonly text: string; readonly samples: ReadonlyMap<string, number> }> {
  const reply = await app.request('/metrics', { headers: HERE });
  expect(reply.status).toBe(200);
  expect(reply.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(reply.headers.get('cache-control')).toBe('no-store');
  const text = await reply.text();
  return { text, samples: parse(text) };
}

async function gauge(app: TestApp, name: string): Promise<number | undefined> {
  return (await scrape(app)).samples.get(name);
}

/** Every sample by its name with labels; any line that the text format does not know fails. */
function parse(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  const typed = new Set<string>();
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const comment = /^# (?:HELP|TYPE) ([a-z_:][\w:]*) .+$/i.exec(line);
    if (comment) {
      typed.add(comment[1] ?? '');
      continue;
    }
    const sample = /^([a-z_:][\w:]*)(\{(?:[a-z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)+\})? (-?[\d.e+-]+|NaN|[+-]Inf)$/i.exec(
      line,
    );
    expect(sample, line).not.toBeNull();
    const [, name = '', labels = '', value = ''] = sample ?? [];
    expect(typed.has(name) || typed.has(name.replace(/_(bucket|sum|count)$/, '')), line).toBe(true);
    expect(samples.has(name + labels), `${line} twice`).toBe(false);
    samples.set(name + labels, Number(value));
  }
  return samples;
}

async function sync(
  person: Person,
  parts: {
    readonly device?: string;
    readonly videos?: readonly object[];
    readonly generations?: readonly object[];
    readonly stats?: object;
  },
): Promise<void> {
  const reply = await person.send('POST', '/api/sync', {
    protocol: 1,
    user: person.id,
    device: parts.device ?? '0123456789abcdef',
    cursor: null,
    head: null,
    limit: 10,
    push: { videos: parts.videos ?? [], generations: parts.generations ?? [] },
    ...(parts.stats && { stats: parts.stats }),
  });
  expect(reply.status).toBe(200);
}

function video(n: number) {
  return { id: `${ID}${n}`, create: { origin: 'generated', prompt: 'a fox', createdAt: 1_700_000_000_000 }, set: {} };
}

function generation(n: number) {
  const create = { prompt: 'a boat', model: 'local/film', provider: 'local', params: {}, videoIds: [`${ID}9`] };
  return { id: `${ID}${n}`, create: { ...create, createdAt: 1_700_000_000_000 }, set: {} };
}
