// What `npm test` runs after its set-up: the checks, then every test, then one closing line.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const report = join(mkdtempSync(join(tmpdir(), 'vidfab-test-')), 'report.json');
const steps = [
  ['scripts/ensure-chromium.mjs'],
  ['scripts/check.mjs'],
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project=!engines',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ],
];

let code = 0;
for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { stdio: 'inherit' });
  code = status ?? 1;
  if (code !== 0) break;
}

const { numPassedTests, numFailedTests, numFailedTestSuites } = readReport();
const broken = code !== 0 && numFailedTests === 0 ? Math.max(1, numFailedTestSuites) : numFailedTests;
console.log(`\n${numPassedTests} passed, ${broken} failed`);
process.exit(code);

function readReport() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numFailedTestSuites: 1 };
  }
}
