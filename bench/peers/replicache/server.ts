/** The global-version strategy of Replicache's backend guide, on a SQLite file: /push, /pull, and a poke over SSE. */
import type { InStatement } from '@libsql/client';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { BenchVideo } from '../../rows.ts';
import { openFileDatabase } from '../file-database.ts';
import { serve } from '../serve.ts';

type Value = Record<string, unknown> & { readonly id: string };
interface Mutation {
  readonly id: number;
  readonly clientID: string;
  readonly name: string;
  readonly args: Value;
}
interface PushBody {
  readonly clientGroupID: string;
  readonly mutations: readonly Mutation[];
}
interface PullBody {
  readonly clientGroupID: string;
  readonly cookie: number | null;
}

const db = await openFileDatabase();
await db.batch(
  [
    'CREATE TABLE IF NOT EXISTS space (version INTEGER NOT NULL)',
    'INSERT INTO space SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM space)',
    `CREATE TABLE IF NOT EXISTS client (
      id TEXT PRIMARY KEY NOT NULL, group_id TEXT NOT NULL, last_mutation_id INTEGER NOT NULL, version INTEGER NOT NULL)`,
    'CREATE TABLE IF NOT EXISTS doc (id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL)',
    'CREATE INDEX IF NOT EXISTS doc_by_version ON doc (version)',
  ],
  'write',
);
const listeners = new Set<() => void>();
/** One push after the other, as the guide's transaction has it. */
let queue: Promise<unknown> = Promise.resolve();

const app = new Hono()
  .post('/push', async (c) => {
    const body = await c.req.json<PushBody>();
    const done = queue.then(() => push(body));
    queue = done.catch(() => {});
    await done;
    for (const poke of listeners) poke();
    return c.json({});
  })
  .post('/pull', async (c) => {
    const { clientGroupID, cookie } = await c.req.json<PullBody>();
    const [space, clients, docs] = await db.batch(
      [
        'SELECT version FROM space',
        {
          sql: 'SELECT id, last_mutation_id FROM client WHERE group_id = ? AND version > ?',
          args: [clientGroupID, cookie ?? 0],
        },
        { sql: 'SELECT id, doc FROM doc WHERE version > ?', args: [cookie ?? 0] },
      ],
      'read',
    );
    const puts = (docs?.rows ?? []).map((row) => ({
      op: 'put',
      key: `video/${row.id}`,
      value: JSON.parse(String(row.doc)),
    }));
    return c.json({
      cookie: Number(space?.rows[0]?.version),
      lastMutationIDChanges: Object.fromEntries((clients?.rows ?? []).map((row) => [row.id, row.last_mutation_id])),
      patch: cookie === null ? [{ op: 'clear' }, ...puts] : puts,
    });
  })
  .get('/poke', (c) =>
    streamSSE(c, async (stream) => {
      const ended = new Promise<void>((resolve) => stream.onAbort(resolve));
      const poke = () => void stream.writeSSE({ data: 'poke' });
      listeners.add(poke);
      await ended;
      listeners.delete(poke);
    }),
  )
  .post('/__admin/seed', async (c) => {
    const videos = await c.req.json<BenchVideo[]>();
    await db.batch(
      [
        ...puts(videos.map((video) => ({ ...video, title: null, favorite: false }))),
        'UPDATE space SET version = version + 1',
      ],
      'write',
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

/** Mutations in their order, each once; all of a push in one transaction. */
async function push({ clientGroupID, mutations }: PushBody): Promise<void> {
  const { rows } = await db.execute({
    sql: 'SELECT id, last_mutation_id FROM client WHERE group_id = ?',
    args: [clientGroupID],
  });
  const last = new Map(rows.map((row) => [String(row.id), Number(row.last_mutation_id)]));
  const values = new Map<string, Value>();
  const known = await readDocs(mutations.filter(({ name }) => name === 'setTitle').map(({ args }) => args.id));
  for (const { id, clientID, name, args } of mutations) {
    const expected = (last.get(clientID) ?? 0) + 1;
    if (id < expected) continue;
    if (id > expected) throw new Error(`mutation ${id} is from the future`);
    const before = values.get(args.id) ?? known.get(args.id);
    values.set(args.id, name === 'setTitle' ? { ...before, ...args } : args);
    last.set(clientID, id);
  }
  const clients = [...last].map(([id, lastId]) => ({
    sql: `INSERT INTO client SELECT ?, ?, ?, version FROM space WHERE true
      ON CONFLICT (id) DO UPDATE SET last_mutation_id = excluded.last_mutation_id, version = excluded.version`,
    args: [id, clientGroupID, lastId],
  }));
  await db.batch(['UPDATE space SET version = version + 1', ...puts([...values.values()]), ...clients], 'write');
}

async function readDocs(ids: readonly string[]): Promise<Map<string, Value>> {
  const { rows } = await db.execute({
    sql: 'SELECT id, doc FROM doc WHERE id IN (SELECT value FROM json_each(?))',
    args: [JSON.stringify(ids)],
  });
  return new Map(rows.map((row) => [String(row.id), JSON.parse(String(row.doc))]));
}

function puts(values: readonly Value[]): InStatement[] {
  const sql = `INSERT INTO doc (id, version, doc)
    SELECT value ->> '$.id', (SELECT version FROM space), value FROM json_each(?) WHERE true
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, doc = excluded.doc`;
  return values.length === 0 ? [] : [{ sql, args: [JSON.stringify(values)] }];
}
