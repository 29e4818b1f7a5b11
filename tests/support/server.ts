/**
 * The real server process on a data directory of its own.
 *
 *   const server = await startServer();            // PORT 0, a fresh temporary DATA_DIR
 *   const server = await startServer({ env: {…} }); // any name of the configuration
 *   server.url          `http://localhost:<port>`; stays the same across `restart()`
 *   server.dataDir      removed by `stop()` when it was made here
 *   server.log()        everything that came to stderr so far
 *   await server.stop()    SIGTERM; resolves to the exit code
 *   await server.kill()    SIGKILL; the data stays for `restart()`
 *   await server.restart() starts it again on the same data and port
 *   await using server = await startServer();      // stops it at the end of the scope
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly dataDir: string;
  readonly pid: () => number;
  readonly log: () => string;
  readonly stop: () => Promise<number | null>;
  readonly kill: () => Promise<void>;
  readonly restart: () => Promise<void>;
}

export const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
export const NODE = join(PROJECT, 'node_modules/.bin/node');
/** It is started a hundred times: a quarter of that is compiling the same code. */
const COMPILED = join(PROJECT, 'node_modules/.cache/compiled');

/** @throws with what it said, when the process ends instead of serving */
export async function startServer(
  options: { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<TestServer> {
  const dataDir = options.env?.DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'vidfab-')));
  let log = '';
  let { child, url } = await launch(options.env?.PORT ?? '0');

  async function launch(port: string): Promise<{ child: ChildProcess; url: string }> {
    const started = spawnServer({ LOG_LEVEL: 'info', ...options.env, DATA_DIR: dataDir, PORT: port });
    started.stderr?.on('data', (chunk) => {
      log += String(chunk);
    });
    return { child: started, url: await readyUrl(started, () => log) };
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
    return child.exitCode;
  }

  async function stop(): Promise<number | null> {
    const code = await end('SIGTERM');
    if (options.env?.DATA_DIR === undefined) await rm(dataDir, { recursive: true, force: true });
    return code;
  }

  return {
    url,
    dataDir,
    pid: () => child.pid ?? 0,
    log: () => log,
    stop,
    kill: async () => void (await end('SIGKILL')),
    restart: async () => {
      await end('SIGTERM');
      ({ child, url } = await launch(new URL(url).port));
    },
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}

/** The process as `npm start` runs it, with nothing of this process's own configuration. */
export function spawnServer(env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(NODE, [join(PROJECT, 'server/entry/node.ts')], {
    cwd: PROJECT,
    env: { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: COMPILED, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function readyUrl(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout?.on('data', (chunk) => {
      out += String(chunk);
      const url = /VidFab is ready: (\S+)/.exec(out)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${out}${log()}`)));
  });
}
