// Bundles the Worker as a deployment would, and fails on anything in it that only Node has.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Modules that workerd's own Node compatibility gives in full; the rest are stubs, or need a disk or processes. */
const GIVEN = new Set(['async_hooks', 'buffer', 'crypto', 'events', 'path', 'stream', 'string_decoder', 'url', 'util']);
const outDir = 'dist/worker';

const { status, stdout, stderr } = spawnSync('wrangler', ['deploy', '--dry-run', '--outdir', outDir], {
  encoding: 'utf8',
  env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: 'true' },
});
if (status !== 0) fail(`${stdout}${stderr}`);

const bundles = readdirSync(outDir).filter((name) => name.endsWith('.js'));
const source = bundles.map((name) => readFileSync(join(outDir, name), 'utf8')).join('\n');
const imported = [...source.matchAll(/(?:from\s*|import\s*|import\(|require\()["'](node:[\w/]+)["']/g)].map(
  ([, name]) => name,
);
const foreign = [...new Set(imported)].filter((name) => !GIVEN.has(name.slice('node:'.length).split('/')[0]));
if (bundles.length === 0) fail('wrangler wrote no bundle');
if (foreign.length > 0) fail(`the Worker bundle needs ${foreign.join(', ')}`);
console.log(
  `worker bundle: ${Math.round(source.length / 1024)} KiB, of Node only ${[...new Set(imported)].join(', ') || 'nothing'}`,
);

function fail(why) {
  console.error(why);
  process.exit(1);
}
