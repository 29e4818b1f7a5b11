import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createHits } from './hits.ts';
import type { Run, RunOptions } from './runner.ts';

/** Tells histories in as many processes as there are cores; each takes a stretch of the seeds. */
export async function runInParallel(options: RunOptions): Promise<Run> {
  const { from, histories, failures, shorten, emphasis = [] } = options;
  const started = performance.now();
  const size = Math.ceil(histories / availableParallelism());
  const starts = Array.from({ length: Math.ceil(histories / size) }, (_, index) => index * size);
  const runs = await Promise.all(
    starts.map(async (start): Promise<Run> => {
      const count = Math.min(size, histories - start);
      const args = ['--from', from + start, '--histories', count, '--failures', failures, '--emphasis', emphasis].map(
        String,
      );
      return JSON.parse(await runWorker('histories-worker.ts', [...args, ...(shorten ? [] : ['--plain'])]));
    }),
  );
  const hits = createHits();
  for (const { counts } of runs) hits.add(counts);
  return {
    histories: runs.reduce((sum, run) => sum + run.histories, 0),
    seconds: (performance.now() - started) / 1000,
    failed: runs.flatMap(({ failed }) => failed),
    counts: hits.counts(),
  };
}

/** @returns all that the worker printed; rejects where it ends badly */
export async function runWorker(name: string, args: readonly string[]): Promise<string> {
  const script = join(import.meta.dirname, 'testing', name);
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { maxBuffer: 2 ** 28 });
  return stdout;
}
