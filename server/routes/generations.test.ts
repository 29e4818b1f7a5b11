import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GenerationWireRowSchema } from '../../sync/protocol.ts';
import { createTestApp, type TestApp } from '../../tests/support/app.ts';
import type { Person } from '../../tests/support/person.ts';

let woken = 0;
let world: TestApp;
let owner: Person;
let other: Person;
beforeAll(async () => {
  world = await createTestApp({ wake: () => woken++, progressOf: () => 0.25 });
  [owner, other] = [await world.signUp(), await world.signUp()];
});
afterAll(() => world[Symbol.asyncDispose]());

const create = async (body: unknown, person = owner) => {
  const reply = await person.send('POST', '/api/generations', body);
  return { status: reply.status, body: await reply.json() };
};

test('a generation is queued, whole, with the row and the epoch that a device writes down', async () => {
  const before = woken;
  const { status, body } = await create({ prompt: ' A fox ', params: { duration: 5, aspectRatio: '9:16', seed: 7 } });
  expect(status).toBe(201);
  expect(body).toEqual({
    success: true,
    data: {
      id: expect.any(String),
      status: 'queued',
      progress: null,
      error: null,
      prompt: 'A fox',
      model: 'local/film',
      provider: 'local',
      params: {
        aspectRatio: '9:16',
        duration: 5,
        resolution: '360p',
        seed: 7,
        negativePrompt: null,
        sourceImage: null,
      },
      retry_of: null,
      video_ids: [expect.any(String)],
      outputs: null,
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
      completed_at: null,
      epoch: expect.stringMatching(/^[0-9a-f]{16}$/),
      head: expect.stringMatching(/^\d+\.[0-9a-f]{16}$/),
      known: true,
      row: expect.anything(),
    },
  });
  const row = v.parse(GenerationWireRowSchema, body.data.row);
  expect(row).toMatchObject({
    id: body.data.id,
    create: { sentEpoch: body.data.epoch, videoIds: body.data.video_ids },
  });
  expect(woken).toBe(before + 1);
});

test('[PULL-5] a poll says whether it knows the head that the device has; what is no head is refused', async () => {
  const { body } = await create({ prompt: 'A fox' });
  const poll = (head: string) => owner.fetch(`/api/generations/${body.data.id}?head=${head}`);
  expect((await (await poll(body.data.head)).json()).data).toMatchObject({ known: true });
  expect((await (await poll('9.0123456789abcdef')).json()).data).toMatchObject({
    known: false,
    epoch: body.data.epoch,
  });
  expect((await poll('nine')).status).toBe(400);
});

test('sent again under its id it is the same one: 201, then 200', async () => {
  const id = crypto.randomUUID();
  const first = await create({ id, prompt: 'A fox' });
  const second = await create({ id, prompt: 'A wolf' });
  expect([first.status, second.status]).toEqual([201, 200]);
  expect(second.body).toEqual(first.body);
});

test('under another person’s id it is one of one’s own', async () => {
  const id = crypto.randomUUID();
  await create({ id, prompt: 'A fox' });
  const theirs = await create({ id, prompt: 'A wolf' }, other);
  expect([theirs.status, theirs.body.data.prompt]).toEqual([201, 'A wolf']);
  expect((await (await owner.fetch(`/api/generations/${id}`)).json()).data.prompt).toBe('A fox');
});

describe('what the model does not offer is 400, member by member', () => {
  test.each([
    [{ prompt: '  ' }, ['prompt']],
    [{}, ['prompt']],
    [{ prompt: 'A fox', model: 'sora' }, ['model']],
    [{ prompt: 'A fox', id: 'mine' }, ['id']],
    [{ prompt: 'A fox', params: [] }, ['params']],
    [{ prompt: 'A fox', params: { duration: 4 } }, ['params.duration']],
    [{ prompt: 'A fox', params: { duration: '3' } }, ['params.duration']],
    [
      { prompt: 'A fox', params: { aspectRatio: '2:1', resolution: '4k' } },
      ['params.aspectRatio', 'params.resolution'],
    ],
    [{ prompt: 'A fox', params: { seed: -1 } }, ['params.seed']],
    [{ prompt: 'A fox', params: { seed: 1.5 } }, ['params.seed']],
    [{ prompt: 'A fox', params: { seed: 2 ** 31 } }, ['params.seed']],
    [{ prompt: 'A fox', params: { negativePrompt: 'people' } }, ['params.negativePrompt']],
    [{ prompt: 'A fox', params: { sourceImage: 'https://a.example/x.png' } }, ['params.sourceImage']],
    [{ prompt: 'A fox', model: 'local/motion' }, ['params.sourceImage']],
    [
      { prompt: 'A fox', model: 'local/motion', params: { sourceImage: 'https://a.example/x.png' } },
      ['params.sourceImage'],
    ],
    [{ prompt: 'A fox', model: 'local/sketch', params: { seed: 7 } }, ['params.seed']],
  ])('%j', async (body, paths) => {
    const reply = await create(body);
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ success: false, code: 'invalid' });
    expect([...new Set(reply.body.details.map(({ path }: { path: string }) => path))]).toEqual(paths);
  });
});

test('a running one tells its progress', async () => {
  const { body } = await create({ prompt: 'A fox' });
  const read = async () => (await (await owner.fetch(`/api/generations/${body.data.id}`)).json()).data.progress;
  expect(await read()).toBe(null);
  await world.deps.db.sql.execute({
    sql: `UPDATE generation SET status = 'running' WHERE id = ?`,
    args: [body.data.id],
  });
  expect(await read()).toBe(0.25);
});

describe('whoever waits for one', () => {
  const LATE = Date.now() + 3_600_000;

  async function waitFor(columns: string): Promise<{ readonly isSooner: boolean; readonly isWoken: boolean }> {
    const { body } = await create({ prompt: 'A fox' });
    const { sql } = world.deps.db;
    await sql.execute({
      sql: `UPDATE generation SET status = 'running', next_at = :late, ${columns} WHERE id = :id`,
      args: { late: LATE, id: body.data.id },
    });
    const before = woken;
    await owner.fetch(`/api/generations/${body.data.id}`);
    const { rows } = await sql.execute({ sql: 'SELECT next_at FROM generation WHERE id = ?', args: [body.data.id] });
    const isSooner = Number(rows[0]?.next_at) <= Date.now() + world.deps.provider.pollEveryMs;
    return { isSooner, isWoken: woken > before };
  }

  test('has the provider asked soon', async () => {
    expect(await waitFor('error = NULL')).toEqual({ isSooner: true, isWoken: true });
  });

  test('does not override the wait of a provider that gave no answer', async () => {
    const error = JSON.stringify({ code: 'unheard', message: 'Busy', retryable: true });
    expect(await waitFor(`error = '${error}'`)).toEqual({ isSooner: false, isWoken: false });
  });
});

test('[GEN-3] cancelling is stamped by the server, and once is enough', async () => {
  const { body } = await create({ prompt: 'A fox' });
  const path = `/api/generations/${body.data.id}/cancel`;
  const first = await (await owner.fetch(path, { method: 'POST' })).json();
  expect(first.data.row.fields.cancelRequestedAt).toEqual([expect.any(Number), expect.stringMatching(/-srv0/)]);
  expect((await owner.fetch(path, { method: 'POST' })).status).toBe(200);
});

test('another person’s generation is 404', async () => {
  const { body } = await create({ prompt: 'A fox' });
  expect((await other.fetch(`/api/generations/${body.data.id}`)).status).toBe(404);
  expect((await other.fetch(`/api/generations/${body.data.id}/cancel`, { method: 'POST' })).status).toBe(404);
});

test('the models say what they take', async () => {
  const { data } = await (await owner.fetch('/api/models')).json();
  expect(data.models).toEqual([
    {
      id: 'local/film',
      provider: 'local',
      label: expect.any(String),
      aspectRatios: ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9'],
      durations: [3, 5, 8],
      resolutions: ['360p', '480p'],
      seed: true,
      negativePrompt: false,
      sourceImage: 'none',
      price: { currency: 'USD', rates: [{ resolution: null, fixed: 0, perSecond: 0, isLeast: false }] },
    },
    expect.objectContaining({ id: 'local/motion', sourceImage: 'required' }),
    expect.objectContaining({ id: 'local/sketch', seed: false, negativePrompt: true }),
  ]);
});

test('models that a device has already are not sent again', async () => {
  const first = await owner.fetch('/api/models');
  const [etag, control] = ['etag', 'cache-control'].map((name) => first.headers.get(name));
  expect(control).toBe('private, no-cache');
  const again = await owner.fetch('/api/models', { headers: { 'if-none-match': etag ?? '' } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  expect((await owner.fetch('/api/models', { headers: { 'if-none-match': '"another"' } })).status).toBe(200);
});
