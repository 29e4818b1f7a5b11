/** The server of RxDB's HTTP replication guide, on a SQLite file: /pull, /push, /pullStream. */
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { BenchVideo } from '../../rows.ts';
import { openFileDatabase } from '../file-database.ts';
import { serve } from '../serve.ts';

type Doc = Record<string, unknown> & { readonly id: string };
interface PushRow {
  readonly assumedMasterState?: Doc;
  readonly newDocumentState: Doc;
}

const db = await openFileDatabase();
await db.batch(
  [
    `CREATE TABLE IF NOT EXISTS doc (id TEXT PRIMARY KEY NOT NULL, updated_at INTEGER NOT NULL, doc TEXT NOT NULL)`,
    'CREATE INDEX IF NOT EXISTS doc_by_update ON doc (updated_at, id)',
  ],
  'write',
);

const listeners = new Set<(event: string) => void>();
/** Strictly rising, so that no checkpoint skips a row. */
let clock = Number((await db.execute('SELECT max(updated_at) AS last FROM doc')).rows[0]?.last ?? 0);
const tick = () => {
  clock = Math.max(clock + 1, Date.now());
  return clock;
};

const app = new Hono()
  .get('/pull', async (c) => {
    const { id = '', updatedAt = '0', limit = '100' } = c.req.query();
    const { rows } = await db.execute({
      sql: 'SELECT doc FROM doc WHERE (updated_at, id) > (?, ?) ORDER BY updated_at, id LIMIT ?',
      args: [Number(updatedAt), id, Number(limit)],
    });
    const documents: Doc[] = rows.map((row) => JSON.parse(String(row.doc)));
    const last = documents.at(-1);
    const checkpoint = last ? { id: last.id, updatedAt: last.updatedAt } : { id, updatedAt: Number(updatedAt) };
    return c.json({ documents, checkpoint });
  })
  .post('/push', async (c) => {
    const pushed = await c.req.json<PushRow[]>();
    const ids = pushed.map(({ newDocumentState }) => newDocumentState.id);
    const { rows } = await db.execute({
      sql: 'SELECT id, doc FROM doc WHERE id IN (SELECT value FROM json_each(?))',
      args: [JSON.stringify(ids)],
    });
    const masters = new Map(rows.map((row) => [String(row.id), JSON.parse(String(row.doc)) as Doc]));
    const conflicts: Doc[] = [];
    const documents: Doc[] = [];
    for (const { assumedMasterState, newDocumentState } of pushed) {
      const master = masters.get(newDocumentState.id);
      if (master && master.updatedAt !== assumedMasterState?.updatedAt) conflicts.push(master);
      else documents.push({ ...newDocumentState, updatedAt: tick() });
    }
    await write(documents);
    const last = documents.at(-1);
    if (last) {
      const event = JSON.stringify({ documents, checkpoint: { id: last.id, updatedAt: last.updatedAt } });
      for (const tell of listeners) tell(event);
    }
    return c.json(conflicts);
  })
  .get('/pullStream', (c) =>
    streamSSE(c, async (stream) => {
      const ended = new Promise<void>((resolve) => stream.onAbort(resolve));
      const tell = (data: string) => void stream.writeSSE({ data });
      listeners.add(tell);
      await ended;
      listeners.delete(tell);
    }),
  )
  .post('/__admin/seed', async (c) => {
    const videos = await c.req.json<BenchVideo[]>();
    await write(
      videos.map((video) => ({ ...video, title: null, favorite: false, _deleted: false, updatedAt: tick() })),
    );
    return c.body(null, 204);
  })
  .get('/__admin/count', async (c) => {
    const { rows } = await db.execute(
      `SELECT count(*) AS rows, count(*) - count(DISTINCT doc ->> '$.requestId') AS doubled FROM doc`,
    );
    return c.json({ rows: Number(rows[0]?.rows), doubled: Number(rows[0]?.doubled) });
  });
serve(app);

/** One statement in one transaction, as ours does it. */
async function write(documents: readonly Doc[]): Promise<void> {
  const sql = `INSERT INTO doc (id, updated_at, doc)
    SELECT value ->> '$.id', value ->> '$.updatedAt', value FROM json_each(?) WHERE true
    ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at, doc = excluded.doc`;
  await db.batch([{ sql, args: [JSON.stringify(documents)] }], 'write');
}
