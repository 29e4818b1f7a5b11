import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { NODE, PROJECT, spawnServer } from './server.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a server that is not to start says, and its exit code. */
export function outcomeOfStart(env: Readonly<Record<string, string>>): Promise<Outcome> {
  return outcomeOf(spawnServer(env));
}

/** Runs one of `scripts/` to its end. */
export function runScript(
  script: string,
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Outcome> {
  const options = { env: { PATH: process.env.PATH ?? '', ...env } };
  return outcomeOf(spawn(NODE, [join(PROJECT, 'scripts', `${script}.ts`), ...args], options));
}

function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}
