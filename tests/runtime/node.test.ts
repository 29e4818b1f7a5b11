import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcomeOfStart } from '../support/outcome.ts';
import { signUp } from '../support/person.ts';
import { startServer, type TestServer } from '../support/server.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vidfab-node-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

describe('start', () => {
  test.each([
    [{ PORT: 'abc' }, 'vidfab: PORT must be a whole number from 0 to 65535, not "abc"\n'],
    [{ LOG_LEVEL: 'loud' }, 'vidfab: LOG_LEVEL must be one of debug, info, warn, error, silent, not "loud"\n'],
    [
      { DATABASE_URL: 'libsql://db.example' },
      'vidfab: BETTER_AUTH_SECRET is required with a database that is not a file\n',
    ],
  ])('with %j says one line and ends with 1', async (env, line) => {
    expect(await outcomeOfStart({ DATA_DIR: dataDir, ...env })).toEqual({ code: 1, stdout: '', stderr: line });
  });

  test('on a port that is taken says so in one line', async () => {
    await using server = await startServer();
    const PORT = new URL(server.url).port;
    const { code, stderr } = await outcomeOfStart({ DATA_DIR: dataDir, PORT });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `vidfab: cannot start: port ${PORT} on 127.0.0.1 is already in use; set PORT to another one\n`,
    });
  });

  test('on data that is no directory says so in one line', async () => {
    const file = join(dataDir, 'file');
    await writeFile(file, '');
    const { code, stderr } = await outcomeOfStart({ DATA_DIR: file, PORT: '0' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^vidfab: cannot start: .*\n$/);
  });

  test('keeps the secret for itself, and with it the sessions across a restart and a kill', async () => {
    await using server = await startServer();
    const person = await signUp((path, init) => fetch(server.url + path, init));
    expect((await stat(join(server.dataDir, 'auth-secret'))).mode & 0o777).toBe(0o600);
    await server.restart();
    expect((await person.fetch('/api/user/videos')).status).toBe(200);
    await server.kill();
    await server.restart();
    expect((await person.fetch('/api/user/videos')).status).toBe(200);
  });

  test('of two servers on one new database both work', async () => {
    const DATABASE_URL = `file:${join(dataDir, 'shared.db')}`;
    const env = { DATABASE_URL, BETTER_AUTH_SECRET: 'x'.repeat(32) };
    const [a, b] = await Promise.all([startServer({ env }), startServer({ env })]);
    const person = await signUp((path, init) => fetch(a.url + path, init));
    const reply = await fetch(`${b.url}/api/user/videos`, { headers: { cookie: person.cookie } });
    expect(reply.status).toBe(200);
    expect(await Promise.all([a.stop(), b.stop()])).toEqual([0, 0]);
  });
});

describe('stop', () => {
  test('finishes the request in flight, takes no new one, and ends with 0', async () => {
    const server = await startServer();
    const upload = await beginSignUp(server);
    const stopped = server.stop();
    await expect.poll(() => fetch(`${server.url}/healthz`).catch(() => 'refused')).toBe('refused');
    expect(await upload.finish()).toMatch(/^HTTP\/1\.1 200 /);
    expect(await stopped).toBe(0);
  });

  test('waits ten seconds at most for one that never ends', { timeout: 15_000 }, async () => {
    const server = await startServer();
    const upload = await beginSignUp(server);
    const start = Date.now();
    expect(await server.stop()).toBe(0);
    expect(Date.now() - start).toBeLessThan(10_000);
    upload.abandon();
  });

  test('does not wait for idle connections', async () => {
    const server = await startServer();
    await (await fetch(`${server.url}/healthz`)).text();
    const start = Date.now();
    expect(await server.stop()).toBe(0);
    expect(Date.now() - start).toBeLessThan(2_000);
  });

  test('a second signal ends it at once, but not the echo of the first', async () => {
    const server = await startServer();
    const upload = await beginSignUp(server);
    const start = Date.now();
    const stopped = server.stop();
    await expect.poll(() => server.log()).toContain('"stopping"');
    process.kill(server.pid(), 'SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await Promise.race([stopped, 'still stopping, since npm doubles a signal'])).toBe(
      'still stopping, since npm doubles a signal',
    );
    process.kill(server.pid(), 'SIGINT');
    expect(await stopped).toBe(1);
    expect(Date.now() - start).toBeLessThan(5_000);
    upload.abandon();
  });
});

describe('the address of a client', () => {
  test('is the socket: a header from outside gets nobody round the rate limit', async () => {
    await using server = await startServer();
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) {
      const headers = {
        'content-type': 'application/json',
        'x-vidfab-client-ip': `10.0.0.${n}`,
        'x-forwarded-for': `10.0.0.${n}`,
      };
      const body = JSON.stringify({ email: 'nobody@example.com', password: 'a wrong password' });
      statuses.push((await fetch(`${server.url}/api/auth/sign-in/email`, { method: 'POST', headers, body })).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  });
});

/** A sign-up whose body stays half sent until it is finished. */
async function beginSignUp(server: TestServer) {
  const body = JSON.stringify({ email: 'slow@example.com', password: 'correct horse battery', name: 'Slow' });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST /api/auth/sign-up/email HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  socket.write(body.slice(0, 10));
  await new Promise((resolve) => setTimeout(resolve, 200));
  return {
    finish: async () => {
      socket.write(body.slice(10));
      const [reply] = await once(socket, 'data');
      socket.destroy();
      return String(reply);
    },
    abandon: () => socket.destroy(),
  };
}
