import { createHash } from 'node:crypto';
import { createCanvas } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_SOURCE_BYTES } from '../../sync/source-image.ts';
import { createTestApp, type TestApp } from '../../tests/support/app.ts';
import type { Person } from '../../tests/support/person.ts';
import { makePicture } from '../../tests/support/pictures.ts';

let world: TestApp;
let owner: Person;
let other: Person;
beforeAll(async () => {
  world = await createTestApp();
  [owner, other] = [await world.signUp(), await world.signUp()];
});
afterAll(() => world[Symbol.asyncDispose]());

const pathOf = (id: string) => `/api/sources/${id}`;
const put = (id: string, body: Uint8Array<ArrayBuffer>, headers = {}, person = owner) =>
  person.fetch(pathOf(id), { method: 'PUT', body, headers });

test('a picture is kept as it came, and is there for its owner alone', async () => {
  const { source, bytes } = makePicture({ type: 'jpeg' });
  const reply = await put(source.id, bytes, { 'x-sha256': source.sha256 });
  expect([reply.status, reply.headers.get('upload-offset')]).toEqual([204, String(source.bytes)]);
  const shown = await owner.fetch(pathOf(source.id));
  expect(Object.fromEntries(shown.headers)).toMatchObject({
    'content-type': 'image/jpeg',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-cache',
    etag: `"${source.sha256}"`,
  });
  expect(new Uint8Array(await shown.arrayBuffer())).toEqual(bytes);
  expect((await other.fetch(pathOf(source.id))).status).toBe(404);
  expect((await put(source.id, makePicture().bytes, {}, other)).status).toBe(204);
});

test('what a name, a type or a caller says of it does not count', async () => {
  const { source, bytes } = makePicture({ type: 'webp' });
  await put(source.id, bytes, { 'content-type': 'text/html' });
  expect((await owner.fetch(pathOf(source.id))).headers.get('content-type')).toBe('image/webp');
});

test('sent again it is the same; another under its id is told apart', async () => {
  const { source, bytes } = makePicture();
  expect((await put(source.id, bytes)).status).toBe(204);
  expect((await put(source.id, bytes)).status).toBe(204);
  const otherwise = await put(source.id, makePicture().bytes);
  expect([otherwise.status, (await otherwise.json()).code]).toEqual([409, 'stored_otherwise']);
});

describe('what cannot be taken is refused with its reason, and nothing is kept', () => {
  const bytesOf = (width: number) => new Uint8Array(createCanvas(width, 64).encodeSync('png'));
  test.each([
    ['words', new Uint8Array(Buffer.from('<svg onload="alert(1)"/>')), 415, 'not_a_picture'],
    ['nothing', new Uint8Array(), 415, 'not_a_picture'],
    ['a small one', bytesOf(63), 422, 'too_small'],
    ['a wide one', bytesOf(8193), 422, 'too_wide'],
    ['a heavy one', new Uint8Array(MAX_SOURCE_BYTES + 1), 413, 'too_large'],
  ])('%s: %i %s', async (_, bytes, status, code) => {
    const { source } = makePicture();
    const reply = await put(source.id, bytes);
    expect([reply.status, (await reply.json()).code]).toEqual([status, code]);
    expect((await owner.fetch(pathOf(source.id))).status).toBe(404);
  });

  test('one that was changed on its way', async () => {
    const { source, bytes } = makePicture();
    const reply = await put(source.id, bytes, { 'x-sha256': createHash('sha256').update('x').digest('hex') });
    expect([reply.status, (await reply.json()).code]).toEqual([422, 'garbled']);
    expect((await owner.fetch(pathOf(source.id))).status).toBe(404);
  });

  test('an id that is none; nobody who is signed in', async () => {
    expect((await put('mine', makePicture().bytes)).status).toBe(404);
    expect((await world.request(pathOf(makePicture().source.id))).status).toBe(401);
  });
});

test('[GEN-3] a script’s generation waits for its picture, and goes on when it is there', async () => {
  const { source, bytes } = makePicture();
  const params = { sourceImage: source };
  const made = await owner.send('POST', '/api/generations', { prompt: 'It waves', model: 'local/motion', params });
  const { id, status } = (await made.json()).data;
  const now = async () => (await (await owner.fetch(`/api/generations/${id}`)).json()).data.status;
  expect([made.status, status]).toEqual([201, 'waiting_source']);
  await put(source.id, makePicture().bytes, {}, other);
  expect(await now()).toBe('waiting_source');
  await put(source.id, bytes);
  expect(await now()).toBe('queued');
});
