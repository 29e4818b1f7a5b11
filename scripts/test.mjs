// What `npm test` runs after its set-up: the checks, then every test, then one closing line.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failedTests, passedIn, worthASecondTry } from './second-try.ts';

const directory = mkdtempSync(join(tmpdir(), 'vidfab-test-'));
const root = join(import.meta.dirname, '..');

for (const step of ['scripts/ensure-chromium.mjs', 'scripts/check.mjs']) {
  if (run([step]) !== 0) close(0, 1);
}
const first = vitest('first', []);
const again = first.report ? worthASecondTry(first.report, root) : [];
if (first.failed === 0 || again.length === 0) close(first.passed, first.failed);

console.log(`\nOnce more, each by itself: ${again.join(' ')}\n`);
const second = vitest('second', ['--no-file-parallelism', ...again]);
for (const name of failedTests(first.report)) console.log(`Failed beside others: ${name}`);
close(first.passed - passedIn(first.report, again, root) + second.passed, second.failed);

function vitest(name, more) {
  const file = join(directory, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = run(['node_modules/vitest/vitest.mjs', 'run', '--project=!engines', ...reporters, ...more]);
  const report = read(file);
  const { numPassedTests: passed, numFailedTests } = report ?? { numPassedTests: 0, numFailedTests: 0 };
  // Trouble outside of any test counts as one.
  return { report, passed, failed: code === 0 ? 0 : Math.max(1, numFailedTests) };
}

function run(step) {
  return spawnSync(process.execPath, step, { stdio: 'inherit' }).status ?? 1;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function close(passed, failed) {
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
