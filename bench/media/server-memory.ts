import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOutside } from '../../tests/support/outside.ts';
import { type Person, signUp } from '../../tests/support/person.ts';
import { startServer } from '../../tests/support/server.ts';
import { checksumOf, tusOf } from '../../tests/support/tus.ts';
import type { MediaMemory } from '../results.ts';
import { aboveRest, type MemorySample, REST_MS } from './memory-log.ts';

const FILM = join(import.meta.dirname, '../../tests/fixtures/tiny.mp4');
const PART = 8 * 1024 * 1024;

/** A film of any size, of which never more than a part is in memory. */
interface Stream {
  readonly length: number;
  readonly parts: () => Generator<Uint8Array<ArrayBuffer>>;
  readonly sha256: string;
}

/** A large video through the real server process: fetched, uploaded as devices upload, and downloaded. */
export async function measureServerMemory(bytes: number, say: (line: string) => void): Promise<MediaMemory[]> {
  const films = new Map<string, Stream>();
  await using outside = await startOutside((path) => {
    const film = films.get(path);
    return film ? { length: film.length, body: film.parts } : null;
  });
  const watch = join(import.meta.dirname, 'watch-memory.ts');
  const log = join(tmpdir(), `vidfab-memory-${process.pid}.log`);
  const NODE_OPTIONS = `${outside.env.NODE_OPTIONS} --import=${watch}`;
  await using server = await startServer({
    env: { ...outside.env, NODE_OPTIONS, MEMORY_LOG: log, LOG_LEVEL: 'error' },
  });
  const person = await signUp((path, init) => fetch(server.url + path, init));

  const steps: readonly (readonly [string, (film: Stream) => Promise<void>])[] = [
    [
      'ingest',
      async (film) => {
        films.set(`/${film.sha256}`, film);
        const sent = { prompt: 'Large', original_url: outside.urlOf(`/${film.sha256}`) };
        const { data } = await (await person.send('POST', '/api/video/store', sent)).json();
        await stored(person, data.id, film);
      },
    ],
    ['upload', (film) => upload(person, film)],
    ['download', (film) => download(person, film)],
  ];
  // Once in small, so that what is loaded and compiled on first use lies there before.
  const filmFor = async (what: string, size: number) =>
    what === 'download' ? latest(films) : newStream(await readFile(FILM), size);
  for (const [what, step] of steps) await step(await filmFor(what, 3 * PART));

  const found: MediaMemory[] = [];
  for (const [what, step] of steps) {
    const film = await filmFor(what, bytes);
    await sleep(REST_MS + 5_000);
    const from = Date.now();
    await step(film);
    const to = Date.now();
    const peaks = aboveRest(await samplesOf(log), { from, to });
    found.push({ what, side: 'server', bytes, seconds: (to - from) / 1000, peaks });
    say(`memory, server, ${what} of ${bytes / 1e6} MB in ${(to - from) / 1000} s: ${JSON.stringify(peaks)}`);
  }
  return found;
}

function latest(films: ReadonlyMap<string, Stream>): Stream {
  const film = [...films.values()].at(-1);
  if (!film) throw new Error('nothing was ingested');
  return film;
}

async function newStream(head: Buffer, bytes: number): Promise<Stream> {
  const block = new Uint8Array(randomBytes(1024 * 1024));
  const count = Math.ceil(bytes / block.length);
  const box = Buffer.alloc(16);
  // A box with a long length.
  box.writeUInt32BE(1);
  box.write('free', 4);
  box.writeBigUInt64BE(BigInt(16 + count * block.length), 8);
  const start = new Uint8Array(Buffer.concat([head, box]));
  const parts = function* () {
    yield start;
    for (let n = 0; n < count; n++) yield block;
  };
  const hash = createHash('sha256');
  for (const part of parts()) hash.update(part);
  return { length: start.length + count * block.length, parts, sha256: hash.digest('hex') };
}

async function stored(person: Person, id: string, film: Stream): Promise<void> {
  for (const end = Date.now() + 300_000; Date.now() < end; await sleep(200)) {
    const { data } = await (await person.fetch(`/api/video/${id}`)).json();
    // What was uploaded under no id is a video only once it was looked into.
    if (data?.status === 'failed') throw new Error(data.error);
    if (data?.status === 'completed' && data.sha256 === film.sha256) return;
  }
  throw new Error('not stored in time');
}

/** In parts of 8 MiB, each with its checksum. */
async function upload(person: Person, film: Stream): Promise<void> {
  const tus = tusOf(person);
  const url = await tus.begin(film.length, { filename: 'large.mp4', sha256: film.sha256 });
  let offset = 0;
  let waiting: Uint8Array[] = [];
  const send = async () => {
    const part = new Uint8Array(Buffer.concat(waiting));
    const reply = await tus.patch(url, offset, part, checksumOf(part));
    if (reply.status !== 204) throw new Error(`not taken: ${reply.status}`);
    [offset, waiting] = [offset + part.length, []];
  };
  for (const part of film.parts()) {
    waiting.push(part);
    if (waiting.length >= PART / (1024 * 1024)) await send();
  }
  await send();
  const { video_id } = await tus.state(url);
  await stored(person, String(video_id), film);
}

async function download(person: Person, film: Stream): Promise<void> {
  const { data } = await (await person.fetch('/api/user/videos?status=completed&limit=100')).json();
  const video = data.videos.find(({ sha256 }: { readonly sha256: string }) => sha256 === film.sha256);
  const { body } = await person.fetch(`/media/${video.id}`);
  const hash = createHash('sha256');
  for await (const chunk of body ?? []) hash.update(chunk);
  if (hash.digest('hex') !== film.sha256) throw new Error('other bytes came');
}

async function samplesOf(log: string): Promise<MemorySample[]> {
  const lines = (await readFile(log, 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const { at, ...values } = JSON.parse(line);
    return { at, values };
  });
}
