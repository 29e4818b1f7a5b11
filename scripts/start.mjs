// `npm start`: builds the client when its sources changed since the last build, then becomes the server.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const stampPath = join(root, 'dist', 'client.stamp');
const built = join(root, 'dist', 'client', 'index.html');

if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error('vidfab: start it with `npm start`, which brings the Node it runs on');
  process.exit(1);
}
const stamp = sourcesHash();
if (!existsSync(built) || readStamp() !== stamp) build();
await import('../server/entry/node.ts');

/** A hash over everything that the client is built from. */
function sourcesHash() {
  const hash = createHash('sha256');
  for (const path of ['vite.config.ts', 'package-lock.json', ...filesIn('client'), ...filesIn('sync')]) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();
}

function readStamp() {
  return existsSync(stampPath) ? readFileSync(stampPath, 'utf8') : null;
}

/** The stamp is written last, so that a build cut short is built again. */
function build() {
  console.log('VidFab: building the app …');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampPath, stamp);
}
