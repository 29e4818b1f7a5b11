import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';

/** The server has the first core for itself, whatever loads it the others. */
const SERVER_CORE = '0';
const OTHER_CORES = `1-${cpus().length - 1}`;

/** Whether this machine can keep processes on cores. */
function canPin(): boolean {
  if (process.platform !== 'linux' || cpus().length < 2) return false;
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Keeps a process with all its threads on the server's core. */
export function pinServer(pid: number): void {
  if (canPin()) execFileSync('taskset', ['-acp', SERVER_CORE, String(pid)], { stdio: 'ignore' });
}

/** Runs a script of this folder to its end. @returns what it wrote, parsed */
export async function runScript<T>(options: {
  readonly script: string;
  readonly args: readonly string[];
  readonly on: 'server core' | 'other cores';
  readonly env?: Readonly<Record<string, string>>;
}): Promise<T> {
  const { script, args, on, env } = options;
  const command = [process.execPath, script, ...args];
  const core = on === 'server core' ? SERVER_CORE : OTHER_CORES;
  const [program = '', ...rest] = canPin() ? ['taskset', '-c', core, ...command] : command;
  const child = spawn(program, rest, {
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complained = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    complained += String(chunk);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${script}: ${complained.trim().split('\n').slice(-3).join(' ') || code}`);
  return JSON.parse(said);
}
