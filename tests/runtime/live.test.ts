import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEvents } from '../support/events.ts';
import { type Person, signUp } from '../support/person.ts';
import { startServer, type TestServer } from '../support/server.ts';

test('a commit through one process pokes the streams of another on the same database', async () => {
  const database = join(tmpdir(), `vidfab-shared-${crypto.randomUUID()}.db`);
  const env = { DATABASE_URL: `file:${database}`, BETTER_AUTH_SECRET: 'x'.repeat(32) };
  try {
    await using here = await startServer({ env });
    await using there = await startServer({ env });
    const ada = await personOf(here);
    const reply = await fetch(`${there.url}/api/sync/events`, { headers: { cookie: ada.cookie } });
    const events = readEvents(reply);
    for (let n = 1; n <= 3; n++) {
      await store(ada, n);
      await expect.poll(async () => events.seen.at(-1)?.data === (await headOf(ada)), { timeout: 20_000 }).toBe(true);
    }
    expect(events.seen[0]).toEqual({ name: 'head', data: '0.' });
  } finally {
    for (const suffix of ['', '-wal', '-shm']) await rm(database + suffix, { force: true });
  }
});

test('in one process the poke does not wait for the poll', async () => {
  await using server = await startServer();
  const ada = await personOf(server);
  const events = readEvents(await ada.fetch('/api/sync/events'));
  await events.next();
  const delays: number[] = [];
  for (let n = 1; n <= 30; n++) {
    const stored = store(ada, n).then(() => performance.now());
    await events.next();
    delays.push(performance.now() - (await stored));
  }
  // Polling alone would come to half a second.
  expect(delays.sort((a, b) => a - b)[15]).toBeLessThan(150);
});

test('a stream does not hold up a graceful stop, and is gone from the server when its socket is', async () => {
  const server = await startServer();
  const ada = await personOf(server);
  const sockets = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      socket.write(`GET /api/sync/events HTTP/1.1\r\nHost: localhost\r\nCookie: ${ada.cookie}\r\n\r\n`);
      await new Promise((resolve) => socket.once('data', resolve));
      return socket;
    }),
  );
  expect((await ada.fetch('/api/sync/events')).status).toBe(429);
  for (const socket of sockets) socket.resetAndDestroy();
  // As many as there can be, which is none of those before.
  await expect
    .poll(async () => {
      const replies = await Promise.all(Array.from({ length: 20 }, () => ada.fetch('/api/sync/events')));
      const open = replies.filter(({ status }) => status === 200);
      if (open.length < 20) await Promise.all(replies.map(({ body }) => body?.cancel()));
      return open.length;
    })
    .toBe(20);
  const start = Date.now();
  expect(await server.stop()).toBe(0);
  expect(Date.now() - start).toBeLessThan(3_000);
});

function personOf(server: TestServer): Promise<Person> {
  return signUp((path, init) => fetch(server.url + path, init));
}

function store(person: Person, n: number): Promise<Response> {
  const original_url = `http://127.0.0.1:9/${n}.mp4`;
  return person.send('POST', '/api/video/store', { prompt: 'A fox', original_url });
}

async function headOf(person: Person): Promise<string> {
  const request = { protocol: 1, user: person.id, device: 'd'.repeat(16), cursor: null, head: null, limit: 1 };
  const push = { videos: [], generations: [] };
  return (await (await person.send('POST', '/api/sync', { ...request, push })).json()).head;
}
