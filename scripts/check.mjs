// Everything that needs no browser and no server: types and walls, lint, dead code, the build and its sizes.
import { spawnSync } from 'node:child_process';

const checks = [
  ['types', 'tsc', ['-b']],
  ['lint', 'biome', ['ci', '--error-on-warnings']],
  ['dead code', 'knip', []],
  ['build', 'vite', ['build', '--logLevel', 'warn']],
  ['parts', process.execPath, ['scripts/build-parts.mjs']],
  ['sizes', 'size-limit', []],
  ['worker bundle', process.execPath, ['scripts/check-worker-bundle.mjs']],
];

for (const [name, command, args] of checks) {
  const started = performance.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (status !== 0) {
    console.error(`check: ${name} failed`);
    process.exit(status ?? 1);
  }
  console.log(`check: ${name} ok (${seconds} s)`);
}
