// Tells histories of copies of the sources, each with one deliberate break, and prints what came of each as a line of JSON.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BreakResult, breakName } from '../break-results.ts';
import { BREAKS, type Break, CONTROLS } from '../breaks.ts';

const root = join(import.meta.dirname, '../../..');
const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '3000' },
    from: { type: 'string', default: '1' },
    /** Every so many of them, from the one with this number. */
    every: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
  },
});
const [histories, from, every, first] = [values.histories, values.from, values.every, values.first].map(Number);

const chosen = [...CONTROLS, ...BREAKS]
  .filter((_, index) => index % (every ?? 1) === first)
  .filter((one) => breakName(one).includes(values.only));
for (const one of chosen) process.stdout.write(`${JSON.stringify(await tryBreak(one))}\n`);

async function tryBreak(one: Break): Promise<BreakResult> {
  const started = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'vidfab-break-'));
  try {
    for (const folder of ['sync', 'server', 'tests/convergence', 'migrations']) {
      cpSync(join(root, folder), join(directory, folder), { recursive: true });
    }
    cpSync(join(root, 'package.json'), join(directory, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
    for (const { file, from, to } of one.edits) {
      const path = join(directory, file);
      const parts = readFileSync(path, 'utf8').split(from);
      if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${from}`);
      writeFileSync(path, parts.join(to));
    }
    const { runHistories }: typeof import('../runner.ts') = await import(
      join(directory, 'tests/convergence/runner.ts')
    );
    const run = await runHistories({
      from: one.from ?? from ?? 1,
      histories: one.histories ?? histories ?? 1,
      failures: 1,
      shorten: false,
      emphasis: one.emphasis ?? [],
    });
    const seconds = (performance.now() - started) / 1000;
    return {
      name: breakName(one),
      histories: run.histories,
      seconds,
      caughtBy: run.failed[0]?.violations[0] ?? null,
      problem: null,
    };
  } catch (error) {
    return { name: breakName(one), histories: 0, seconds: 0, caughtBy: null, problem: String(error) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
