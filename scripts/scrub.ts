/**
 * `npm run scrub [-- --json] [--delete-orphans]`: reads every stored video again and compares its hash
 * with the database, with the server running or not; then looks for what nothing names. Ends with 0
 * where all is well, 1 where something was found, 2 where it could not be looked for. It deletes
 * nothing unless it is told to.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isEmbedded, parseEnv } from '../server/entry/env.ts';
import { openDatabase } from '../server/entry/libsql-database.ts';
import { openMediaStore } from '../server/entry/media-store.ts';
import { createSha256 } from '../server/entry/sha256.ts';
import { scrub } from '../server/media/scrub.ts';
import type { Finding } from '../server/media/scrub-finding.ts';
import { placeOf, runScript } from './database-file.ts';

const FOUND = 1;
const NOT_DONE = 2;

await runScript(async () => {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, 'delete-orphans': { type: 'boolean' } } });
  const parsed = parseEnv(process.env);
  if (!parsed.ok) throw new Error(parsed.problem);
  const { env } = parsed;
  const db = await openDatabase({ url: databaseUrl(env.DATABASE_URL), authToken: env.DATABASE_AUTH_TOKEN });
  const counts = { rot: 0, missing: 0, unreadable: 0, orphan: 0 };
  const tell = (finding: Finding) => {
    counts[finding.kind]++;
    const { kind, name, message } = finding;
    process.stdout.write(values.json ? `${JSON.stringify(finding)}\n` : `${kind} ${name}: ${message}\n`);
  };
  try {
    const blobs = openMediaStore(env, { keepStaged: true });
    const removesOrphans = values['delete-orphans'] ?? false;
    const scrubbed = await scrub({ db, blobs, sha256: createSha256, clock: Date.now, removesOrphans }, tell);
    const found = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (found > 0) process.exitCode = FOUND;
    return values.json ? JSON.stringify({ kind: 'summary', ...scrubbed, ...counts }) : inWords(scrubbed, counts);
  } finally {
    db.close();
  }
}, NOT_DONE);

/** Of a database that is there: opening a file that is not would make it. */
function databaseUrl(url: string | undefined): string {
  if (url !== undefined && !isEmbedded(url)) return url;
  const { database } = placeOf(process.env);
  if (!existsSync(database)) throw new Error(`there is no database at ${database}`);
  return `file:${encodeURI(database)}`;
}

function inWords(
  { videos, bytes, entries }: { readonly videos: number; readonly bytes: number; readonly entries: number },
  counts: Readonly<Record<Finding['kind'], number>>,
): string {
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  const verdict = found.length === 0 ? 'all is well' : found.map(([kind, count]) => `${count} ${kind}`).join(', ');
  return `Read ${videos} videos (${(bytes / 1_000_000).toFixed(1)} MB) and looked up ${entries} files: ${verdict}`;
}
