// `npm run soak [-- --rounds 200]`: what `npm test` does in short, at full length and in real time. About an hour.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '200' } },
});
if (!/^\d{1,5}$/.test(values.rounds)) throw new Error('--rounds must be a number');

const usual = [
  'tests/runtime/kills.test.ts',
  'tests/runtime/generation-kills.test.ts',
  'tests/faults/bad-line.test.ts',
  'tests/e2e/large.test.ts',
];
const tests = positionals.length > 0 ? positionals : usual;
const steps = [
  ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error'],
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'e2e', '--project', 'faults', ...tests],
];
for (const step of steps) {
  const env = { ...process.env, VIDFAB_SOAK: values.rounds };
  const { status } = spawnSync(process.execPath, step, { stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}
