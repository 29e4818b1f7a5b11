import * as v from 'valibot';
import { expect, test } from 'vitest';
import { VideoIdSchema } from '../../sync/ids.ts';
import type { FoundBytes } from '../../sync/write-library.ts';
import { remoteBytes } from './remote-bytes.ts';

const ID = v.parse(VideoIdSchema, '019abe3c-11f0-7aa0-8000-5f3a7c1de001');
const ETAG = `"${'a'.repeat(64)}"`;
const FILM = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);

/** A server that closes each connection after so many bytes, of which the first of each list is. */
function server(...lives: readonly (number | 'gone' | 'changed' | 500)[]) {
  const asked: (string | null)[] = [];
  let connection = 0;
  const fetch = async (_: string, init: RequestInit): Promise<Response> => {
    const range = new Headers(init.headers).get('range');
    asked.push(range);
    const life = lives[connection++] ?? Number.POSITIVE_INFINITY;
    if (life === 'gone') throw new TypeError('Failed to fetch');
    if (life === 500) return new Response('trouble', { status: 500 });
    const start = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
    const isWhole = range === null || life === 'changed';
    const length = life === 'changed' ? FILM.length : life;
    const body = FILM.slice(isWhole ? 0 : start, (isWhole ? 0 : start) + length);
    const headers = {
      etag: life === 'changed' ? `"${'b'.repeat(64)}"` : ETAG,
      'content-length': String(FILM.length - (isWhole ? 0 : start)),
      ...(!isWhole && { 'content-range': `bytes ${start}-${FILM.length - 1}/${FILM.length}` }),
    };
    return new Response(body, { status: isWhole ? 200 : 206, headers });
  };
  const found = remoteBytes(
    { fetch, wait: async (ms, signal) => stall(ms, signal), random: () => 0, signal: new AbortController().signal },
    ID,
  );
  return { asked, found };
}

/** Waits between tries cost no time; the one that watches a read never comes. */
function stall(ms: number, signal: AbortSignal): Promise<void> {
  if (ms < 30_000) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
}

async function read(found: Promise<FoundBytes>): Promise<number[]> {
  const bytes = await found;
  if (bytes.kind !== 'bytes') throw new Error(bytes.reason);
  const all: number[] = [];
  for (let part = await bytes.reader.read(); !part.done; part = await bytes.reader.read())
    all.push(...(part.value ?? []));
  return all;
}

test('comes whole, with its length and hash', async () => {
  const { asked, found } = server();
  expect(await found).toMatchObject({ kind: 'bytes', size: 1000, sha256: 'a'.repeat(64) });
  expect(await read(found)).toEqual([...FILM]);
  expect(asked).toEqual([null]);
});

test('a connection that ends is taken up where it ended, as often as it gets on', async () => {
  const { asked, found } = server(100, 'gone', 500, 200, 0, 1, 1, 1, 1, 1, 1, 1);
  expect(await read(found)).toEqual([...FILM]);
  expect(asked.slice(0, 4)).toEqual([null, 'bytes=100-', 'bytes=100-', 'bytes=100-']);
  expect(asked.at(-1)).toBe('bytes=307-');
});

test('after five that bring nothing it is given up', async () => {
  const { asked, found } = server(100, 'gone', 'gone', 'gone', 'gone', 'gone', 'gone');
  await expect(read(found)).rejects.toThrow('connection');
  expect(asked).toHaveLength(5);
});

test('other bytes are never put behind those that came', async () => {
  const { found } = server(100, 'changed', 'changed', 'changed', 'changed');
  await expect(read(found)).rejects.toThrow('connection');
});

test.each([
  ['gone', 'not_here'],
  [500, 'not_here'],
] as const)('a server that answers %s is not reached', async (life, reason) => {
  expect(await server(life).found).toEqual({ kind: 'missing', reason });
});
