// Installs the dependencies when they are not what package-lock.json says; run before start, test and
// dev. Has none itself and speaks plain JavaScript, since it runs first and on whatever Node is there.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const OLDEST_NODE = [20, 19];
const root = new URL('../', import.meta.url);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  fail(`VidFab needs Node ${OLDEST_NODE.join('.')} or newer to install itself; this is ${process.versions.node}`);
}
const wanted = packagesOf('package-lock.json');
if (!wanted) fail('package-lock.json is missing or damaged');
const installed = packagesOf('node_modules/.package-lock.json');
if (!installed || differ(wanted, installed)) install();

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(new URL(path, root), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** npm leaves out optional packages of other platforms; all else must be there in the very version, and nothing more. */
function differ(wanted, installed) {
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const present = installed[path];
    if (!present && !entry.optional && !entry.devOptional) return true;
    if (present && (present.version !== entry.version || present.integrity !== entry.integrity)) return true;
  }
  return Object.keys(installed).some((path) => !(path in wanted));
}

function install() {
  console.log('VidFab: installing dependencies …');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const options = { cwd: root, stdio: 'inherit' };
  const { status, error } = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (status !== 0) fail(`npm ci failed${error ? `: ${error.message}` : ''}`);
}

function fail(message) {
  console.error(`vidfab: ${message}`);
  process.exit(1);
}
