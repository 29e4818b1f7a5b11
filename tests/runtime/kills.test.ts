import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Outside, startOutside } from '../support/outside.ts';
import { type Person, signUp } from '../support/person.ts';
import { newFilm, publicClient, pushImported, servedOf } from '../support/public-client.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { storedVideos } from '../support/server-files.ts';
import { isSoak, soakRounds } from '../support/soak.ts';
import { tusOf } from '../support/tus.ts';

const ROUNDS = soakRounds(4);
/** So often everything under way is waited for and looked at; in between a kill meets what others left. */
const SETTLE_EVERY = 10;
/** A killed process's hold on a job ends after ten seconds. */
const SOON = { timeout: 60_000, interval: 200 };

/** Of a client, two minutes: a busy machine takes more than ten seconds to start a server. */
const PATIENCE = Array.from({ length: 600 }, () => 200);

const films = new Map<string, Buffer>();
let outside: Outside;
let server: TestServer;
let person: Person;
beforeAll(async () => {
  outside = await startOutside((path) => {
    const bytes = films.get(path.slice(1));
    return bytes ? { length: bytes.length, body: () => slowly(bytes) } : null;
  });
  server = await startServer({ env: outside.env });
  person = await signUp((path, init) => fetch(server.url + path, init));
});
afterAll(async () => {
  await server.stop();
  await outside[Symbol.asyncDispose]();
});

/** In pieces with pauses, so that a kill meets it anywhere. */
async function* slowly(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) {
    yield bytes.subarray(at, at + 65_536);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const someFilm = () => newFilm(20_000 + Math.random() * 500_000);

/** A video that the server is told a URL of. */
async function ingested(): Promise<readonly [string, Buffer]> {
  const [name, bytes] = [crypto.randomUUID(), someFilm()];
  films.set(name, bytes);
  const reply = await person.send('POST', '/api/video/store', {
    prompt: name,
    original_url: outside.urlOf(`/${name}`),
  });
  return [(await reply.json()).data.id, bytes];
}

function upload(bytes: Buffer, metadata: Record<string, string>) {
  const options = { chunkSize: 64 * 1024, retryDelays: PATIENCE, metadata };
  const client = publicClient({ url: server.url, person, bytes }, options);
  client.upload.start();
  return async (): Promise<readonly [string, Buffer]> => {
    expect(await client.ended).toBe('success');
    const { video_id } = await tusOf(person).state(new URL(client.upload.url ?? '').pathname);
    return [String(video_id), bytes];
  };
}

test(`SIGKILL at random points of ingest and upload, ${ROUNDS} rounds: none lost, none doubled, none half served`, {
  timeout: 60_000 + ROUNDS * 15_000,
}, async () => {
  const kept = new Map<string, Buffer>();
  let settled = 0;
  let slowest = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [id, bytes] of await Promise.all([ingested(), ingested()])) kept.set(id, bytes);
    // One announces its hash, one does not, and one names no video.
    const [one, two, three] = [someFilm(), someFilm(), someFilm()];
    const uploads = [
      upload(one, { videoId: await pushImported(person), sha256: sha256Of(one) }),
      upload(two, { videoId: await pushImported(person) }),
      upload(three, { filename: 'nameless.mp4' }),
    ];
    await pause(Math.random() ** 2 * 900);
    await server.kill();
    const killedAt = performance.now();
    await server.restart();
    slowest = Math.max(slowest, performance.now() - killedAt);
    expect(slowest).toBeLessThan(60_000);
    for (const [id, bytes] of await Promise.all(uploads.map((ended) => ended()))) kept.set(id, bytes);
    for (const [id, bytes] of [...kept].slice(-10)) expect(await servedOf(person, id, bytes)).not.toBe('half');
    if (round % SETTLE_EVERY !== 0 && round !== ROUNDS) continue;
    for (const [id, bytes] of [...kept].slice(settled)) {
      const stored = async () => (await (await person.fetch(`/api/video/${id}`)).json()).data;
      await expect.poll(stored, SOON).toMatchObject({ status: 'completed', sha256: sha256Of(bytes) });
      expect(await servedOf(person, id, bytes)).toBe('whole');
    }
    settled = kept.size;
    if (isSoak) process.stdout.write(`round ${round}: ${settled} kept, slowest start ${Math.round(slowest)} ms\n`);
  }
  const { data } = await (await person.fetch('/api/user/videos?limit=1')).json();
  const files = storedVideos(server.dataDir);
  expect(files.filter(({ path, sha256 }) => !path.endsWith(sha256))).toEqual([]);
  expect(new Set(files.map(({ path }) => path.split('/').at(-2)))).toEqual(new Set(kept.keys()));
  expect([files.length, data.pagination.total, kept.size]).toEqual(Array.from({ length: 3 }, () => ROUNDS * 5));
});
