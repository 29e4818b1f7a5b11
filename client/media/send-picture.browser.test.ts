import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EpochSchema, type GenerationId, RevSchema, SourceIdSchema } from '../../sync/ids.ts';
import { GenerationServerSchema } from '../../sync/records.ts';
import type { SourceImage } from '../../sync/source-image.ts';
import { createCommands } from '../data/commands.ts';
import { generationStage } from '../data/generation-stage.ts';
import { keepPicture } from '../data/keep-picture.ts';
import { generationRecord } from '../data/records.ts';
import { createSourceTables } from '../data/source-tables.ts';
import { readMeta, writeMeta } from '../data/sync-store.ts';
import { isAnythingToUpload } from '../data/upload-tables.ts';
import type { LoopEnd } from './pass-loop.ts';
import { takePicture } from './take-picture.page.ts';
import { createMediaWorld, type MediaWorld } from './testing/media-world.ts';
import { createMediaUploader, type MediaUploader } from './uploader.ts';

let world: MediaWorld;
let ended: AbortController;
let ends: LoopEnd[];
let uploaders: MediaUploader[];
/** What the server was sent, by id. */
let kept: Map<string, Uint8Array>;
let requests: string[];
let answer: (request: { readonly id: string; readonly n: number }) => Promise<Response | undefined>;
beforeEach(async () => {
  world = await createMediaWorld();
  ended = new AbortController();
  [ends, uploaders, requests, kept] = [[], [], [], new Map()];
  answer = async () => undefined;
});
afterEach(async () => {
  ended.abort();
  await Promise.all(uploaders.map((uploader) => uploader.stop()));
  await world.destroy();
});

async function fetchFake(url: string, init: RequestInit): Promise<Response> {
  const id = url.split('/').at(-1) ?? '';
  requests.push(`${init.method} ${id}`);
  const given = await answer({ id, n: requests.length });
  if (given) return given;
  const bytes = new Uint8Array(await new Response(init.body ?? null).arrayBuffer());
  kept.set(id, bytes);
  return new Response(null, {
    status: 204,
    headers: { 'tus-resumable': '1.0.0', 'upload-offset': String(bytes.length) },
  });
}

function uploaderOf(): MediaUploader {
  const uploader = createMediaUploader({
    db: world.db,
    user: world.db.user,
    signal: ended.signal,
    maySteal: () => false,
    onEvent: () => undefined,
    onEnd: (end) => ends.push(end),
    ports: {
      fetch: fetchFake,
      wait: async (ms, signal) =>
        new Promise((resolve) => {
          const timer = setTimeout(resolve, ms / 100);
          signal.addEventListener('abort', () => {
            clearTimeout(timer);
            resolve();
          });
        }),
      clock: () => performance.now() * 100,
      random: () => 0.5,
      estimate: async () => null,
      network: () => ({ saveData: true, type: 'cellular' }),
    },
  });
  uploaders.push(uploader);
  return uploader;
}

async function picked(): Promise<{ readonly source: SourceImage; readonly data: ArrayBuffer }> {
  const canvas = new OffscreenCanvas(100, 80);
  const context = canvas.getContext('2d');
  if (context) context.fillStyle = `#${Math.floor(Math.random() * 2 ** 24).toString(16)}`;
  context?.fillRect(0, 0, 100, 80);
  const taken = await takePicture(await canvas.convertToBlob());
  if (taken.kind !== 'taken') throw new Error(taken.problem);
  await keepPicture(world.db, taken.source, taken.data);
  return taken;
}

const commands = () => createCommands(world.db, () => undefined);
const ask = (source: SourceImage) =>
  commands().generate({
    prompt: 'It waves',
    provider: 'local',
    model: 'local/motion',
    params: { sourceImage: source },
  });
const due = async () => (await createSourceTables(world.db).due()).map(({ id }) => id);

/** The server is heard to have it in this state. */
async function hear(id: GenerationId, status: string): Promise<void> {
  const [row, { epoch }] = [await world.db.generations.get(id), await readMeta(world.db)];
  if (!row || !epoch) throw new Error('there is none');
  const unsaid = { error: null, requestId: null, outputs: null, submittedAt: null, completedAt: null, deadline: null };
  const server = v.parse(GenerationServerSchema, { ...unsaid, status });
  const received = { epoch, rev: v.parse(RevSchema, 1), stamps: {}, server };
  await world.db.generations.put(generationRecord({ ...row, received }, epoch));
}

describe('a picture is due', () => {
  test('from when a generation wants it until that needs it no more', async () => {
    const { source } = await picked();
    expect([await due(), await isAnythingToUpload(world.db, Date.now())]).toEqual([[], false]);
    const id = await ask(source);
    expect([await due(), await isAnythingToUpload(world.db, Date.now())]).toEqual([[source.id], true]);
    await hear(id, 'waiting_source');
    expect(await due()).toEqual([source.id]);
    await hear(id, 'queued');
    expect(await due()).toEqual([]);
  });

  test('not for what was canceled before it was sent, nor for what has no picture here', async () => {
    const { source } = await picked();
    await commands().cancelGeneration(await ask(source));
    await ask({ ...source, id: v.parse(SourceIdSchema, crypto.randomUUID()) });
    expect(await due()).toEqual([]);
  });

  test('once; again in another history of the server, and where it waits long after', async () => {
    const { source } = await picked();
    const id = await ask(source);
    await hear(id, 'waiting_source');
    await createSourceTables(world.db).sent(source.id);
    expect(await due()).toEqual([]);
    const [meta, sent] = [await readMeta(world.db), (await world.db.sources.get(source.id))?.sent];
    await writeMeta(world.db, { ...meta, epoch: v.parse(EpochSchema, 'fedcba9876543210') });
    expect(await due()).toEqual([source.id]);
    await writeMeta(world.db, meta);
    await world.db.sources.update(source.id, { sent: { epoch: meta.epoch, at: (sent?.at ?? 0) - 11 * 60_000 } });
    expect(await due()).toEqual([source.id]);
  });
});

test('a picture is sent whole, once, over any network: a person waits for its film', async () => {
  const [one, two] = [await picked(), await picked()];
  await ask(one.source);
  await ask(two.source);
  await ask(two.source);
  uploaderOf().kick();
  uploaderOf().kick();
  await expect.poll(() => ends.filter(({ kind }) => kind === 'idle').length).toBe(2);
  expect(requests.sort()).toEqual([`PUT ${one.source.id}`, `PUT ${two.source.id}`].sort());
  expect(kept.get(one.source.id)).toEqual(new Uint8Array(one.data));
  expect(await due()).toEqual([]);
});

test.each([
  ['silence', async () => Promise.reject(new TypeError('Failed to fetch'))],
  ['a captive portal', async () => new Response('<html>', { status: 200 })],
  ['a 503', async () => new Response('', { status: 503, headers: { 'retry-after': '3' } })],
  ['a garbled arrival', async () => Response.json({ code: 'garbled', error: 'Changed' }, { status: 422 })],
])('%s: it is sent again by itself', async (_, fails) => {
  const { source, data } = await picked();
  await ask(source);
  let left = 2;
  answer = async () => (left-- > 0 ? fails() : undefined);
  uploaderOf().kick();
  await expect.poll(due, { timeout: 10_000 }).toEqual([]);
  expect([requests.length, kept.get(source.id)]).toEqual([3, new Uint8Array(data)]);
});

test('401 stops, and one that is refused holds up no other', async () => {
  const [one, two] = [await picked(), await picked()];
  await ask(one.source);
  answer = async () => new Response('', { status: 401 });
  const uploader = uploaderOf();
  uploader.kick();
  await expect.poll(() => ends.at(-1)?.kind).toBe('unauthorized');
  await ask(two.source);
  answer = async ({ id }) => (id === one.source.id ? new Response('', { status: 409 }) : undefined);
  uploader.kick();
  await expect.poll(() => [...kept.keys()]).toEqual([two.source.id]);
});

test.each([
  [
    'no picture, as the server reads it',
    415,
    JSON.stringify({ code: 'not_a_picture', error: 'No picture' }),
    'No picture',
  ],
  ['too large for the server', 413, JSON.stringify({ code: 'too_large', error: 'Too large' }), 'Too large'],
  ['too large for what stands between', 413, '<html>', 'HTTP 413'],
])('%s: it is sent once, and what waits for it says why', async (_, status, body, message) => {
  const [bad, good] = [await picked(), await picked()];
  const id = await ask(bad.source);
  await ask(good.source);
  answer = async (request) => (request.id === bad.source.id ? new Response(body, { status }) : undefined);
  const uploader = uploaderOf();
  uploader.kick();
  // Looked for once more, in vain, and then left alone.
  await expect.poll(() => ends.at(-1)).toEqual({ kind: 'idle', nextAt: null });
  const passes = ends.length;
  expect(passes).toBeLessThan(5);
  uploader.wish();
  await expect.poll(() => ends.length).toBe(passes + 1);
  expect([...requests].sort()).toEqual([`PUT ${bad.source.id}`, `PUT ${good.source.id}`].sort());
  const stage = async () => {
    const row = await world.db.generations.get(id);
    return row && generationStage(row);
  };
  expect(await stage()).toEqual({ kind: 'picture_refused', message });
  await hear(id, 'waiting_source');
  expect(await stage()).toEqual({ kind: 'picture_refused', message });
  expect(await due()).toEqual([]);
  // Whoever asks for the same once more has it tried once more; from elsewhere it may have arrived.
  await ask(bad.source);
  expect(await due()).toEqual([bad.source.id]);
  await hear(id, 'queued');
  expect(await stage()).toEqual({ kind: 'queued', trouble: null });
});

test('a picture that nothing refers to goes a week later, when another one comes', async () => {
  const [old, used, young] = [await picked(), await picked(), await picked()];
  await ask(used.source);
  for (const { source } of [old, used])
    await world.db.sources.update(source.id, { addedAt: Date.now() - 8 * 86_400_000 });
  const last = await picked();
  const ids = (await world.db.sources.toCollection().primaryKeys()).sort();
  expect(ids).toEqual([used.source.id, young.source.id, last.source.id].sort());
});
