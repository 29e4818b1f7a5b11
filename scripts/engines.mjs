// `npm run engines`: the offline story in every browser that is installed here; README has which they are.
import { spawnSync } from 'node:child_process';

const steps = [
  ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error'],
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'engines', '--reporter=verbose', ...process.argv.slice(2)],
];
for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
