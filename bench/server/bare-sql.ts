/** The statements that our server runs, straight on the database file, in one process and with nothing around them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Database } from '../../server/db/database.ts';
import { openDatabase } from '../../server/entry/libsql-database.ts';
import { migrate } from '../../server/entry/migrate.ts';
import { ListQuerySchema, listVideos } from '../../server/routes/video-list.ts';
import { readPage } from '../../server/sync/changes.ts';
import { commitPush } from '../../server/sync/commit.ts';
import { formatCursor } from '../../server/sync/cursor.ts';
import { ensureEpoch, epochFor } from '../../server/sync/epoch.ts';
import { newNonce } from '../../server/sync/heads.ts';
import { type UserId, UserIdSchema, VideoIdSchema } from '../../sync/ids.ts';
import { PROTOCOL, SyncRequestSchema, type VideoOp } from '../../sync/protocol.ts';
import { VideoCreateSchema } from '../../sync/records.ts';
import { creationOf } from '../peers/ours/creation.ts';
import { makeVideos } from '../rows.ts';

export interface BareSqlReport {
  readonly rowsBy100: number;
  readonly rowsBy500: number;
  readonly pulls: number;
  readonly lists: number;
}

/** As many rows and devices as the load on the whole server has. */
const LIBRARY = 200;
const WRITERS = 8;
const MAX_ROWS = 40_000;

const ms = Number(process.argv[2] ?? 1000);
const folder = mkdtempSync(join(tmpdir(), 'vidfab-bench-'));
const opened = await openDatabase({ url: `file:${join(folder, 'bare.db')}`, authToken: undefined });
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
await migrate(opened.sql, join(import.meta.dirname, '../../migrations'));
await ensureEpoch(opened, random);

/** Milliseconds spent inside the database. */
let inside = 0;
const db: Database = { orm: opened.orm, sql: timed(opened.sql) };
const reader = v.parse(UserIdSchema, 'reader');

await push(reader, makeOps(1, LIBRARY));
await rowsPerSecond(100, 2);
const rowsBy100 = await rowsPerSecond(100, 3);
const rowsBy500 = await rowsPerSecond(500, 4);
const request = v.parse(SyncRequestSchema, {
  protocol: PROTOCOL,
  user: reader,
  device: '00000000000bench',
  cursor: null,
  head: null,
  limit: 2500,
  push: { videos: [], generations: [] },
});
const epoch = await epochFor(db, request, random);
const cursor = formatCursor({ kind: 'changes', epoch, rev: LIBRARY });
const page = { user: reader, epoch, cursor, limit: 2500, told: new Map<string, number>(), newSnapshotId: () => 'none' };
const pulls = await perSecond(async () => {
  await epochFor(db, request, random);
  await readPage(db, page);
  return 1;
});
const query = v.parse(ListQuerySchema, { limit: '20' });
const lists = await perSecond(async () => {
  await listVideos(db, reader, query);
  return 1;
});

opened.close();
rmSync(folder, { recursive: true, force: true });
const report: BareSqlReport = { rowsBy100, rowsBy500, pulls, lists };
process.stdout.write(JSON.stringify(report));

async function rowsPerSecond(size: number, seed: number): Promise<number> {
  const users = Array.from({ length: WRITERS }, (_, n) => v.parse(UserIdSchema, `writer-${seed}-${n}`));
  const ops = makeOps(seed, MAX_ROWS);
  let at = 0;
  return perSecond(async () => {
    const user = users[(at / size) % WRITERS] ?? reader;
    const part = ops.slice(at, at + size);
    at += size;
    if (part.length > 0) await push(user, part);
    return part.length;
  });
}

function makeOps(seed: number, count: number): VideoOp[] {
  return makeVideos(seed, count).map((row) => ({
    id: v.parse(VideoIdSchema, row.id),
    create: v.parse(VideoCreateSchema, { ...creationOf(row), originalUrl: null }),
    set: {},
  }));
}

async function push(user: UserId, videos: readonly VideoOp[]): Promise<void> {
  const commit = { db, now: Date.now, nonce: () => newNonce(random) };
  await commitPush(commit, { user, videos, generations: [], knowsEpoch: true });
}

/** How many that `work` counts go through the database in a second of its own time. */
async function perSecond(work: () => Promise<number>): Promise<number> {
  inside = 0;
  let count = 0;
  const end = performance.now() + ms;
  while (performance.now() < end) {
    const done = await work();
    if (done === 0) break;
    count += done;
  }
  return count / (inside / 1000);
}

function timed(sql: Database['sql']): Database['sql'] {
  const clocked = async <T>(work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    try {
      return await work();
    } finally {
      inside += performance.now() - started;
    }
  };
  return new Proxy(sql, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => clocked(() => member.apply(target, args));
    },
  });
}
