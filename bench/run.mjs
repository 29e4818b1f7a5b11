// `npm run bench`: installs what the peers need when it is not what package-lock.json says, then measures.
// Has no dependencies itself, since it runs first.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const lock = here('package-lock.json');
const installed = here('node_modules/.installed-lock.json');

if (read(lock) !== read(installed)) {
  console.log('bench: installing the peers …');
  // None of them needs its install script: what is native comes prebuilt in the packages.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const options = { cwd: here('.'), stdio: 'inherit' };
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (status !== 0) {
    console.error('bench: npm ci failed');
    process.exit(1);
  }
  copyFileSync(lock, installed);
}
const node = here('../node_modules/.bin/node');
const { status } = spawnSync(node, [here('main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
