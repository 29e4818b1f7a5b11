import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchVideo } from '../rows.ts';
import type { PeerServer } from './peer.ts';

/**
 * A peer's server as a process of its own: a script that is told DATA_DIR and PORT, says
 * `ready: <url>`, and answers `POST /__admin/seed` and `GET /__admin/count` beside its own routes.
 */
export async function startPeerProcess(script: string, node = process.execPath): Promise<PeerServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vidfab-bench-'));
  let running = await launch({ node, script, dataDir, port: '0' });
  const onExit = () => void running.child.kill('SIGKILL');
  process.once('exit', onExit);

  const end = async (signal: NodeJS.Signals) => {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  };

  return {
    url: () => running.url,
    pid: () => running.child.pid ?? 0,
    identity: async () => ({ user: 'bench', cookies: [] }),
    seed: async (_user, rows) => {
      for (const part of chunks(rows, 1000)) await admin(running.url, 'seed', part);
    },
    count: async () => (await admin(running.url, 'count')).json(),
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGKILL');
      running = await launch({ node, script, dataDir, port: new URL(running.url).port });
    },
    stop: async () => {
      process.off('exit', onExit);
      await end('SIGKILL');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

async function admin(url: string, what: string, rows?: readonly BenchVideo[]): Promise<Response> {
  const body = rows && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(rows) };
  const reply = await fetch(`${url}/__admin/${what}`, body);
  if (!reply.ok) throw new Error(`${what}: ${reply.status} ${await reply.text()}`);
  return reply;
}

async function launch(options: {
  readonly node: string;
  readonly script: string;
  readonly dataDir: string;
  readonly port: string;
}): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(options.node, [options.script], {
    env: { PATH: process.env.PATH ?? '', DATA_DIR: options.dataDir, PORT: options.port, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += String(chunk);
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      said += String(chunk);
      const ready = /ready: (\S+)/.exec(said)?.[1];
      if (ready) resolve(ready);
    });
    child.once('exit', (code) => reject(new Error(`${options.script} ended with ${code}: ${said}`)));
  });
  return { child, url };
}
