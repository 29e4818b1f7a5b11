/** A plain REST server for what only queues requests: POST /items, once for each idempotency key where one is given. */
import { Hono } from 'hono';
import { openFileDatabase } from '../file-database.ts';
import { serve } from '../serve.ts';

const db = await openFileDatabase();
await db.batch(
  ['CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY, idempotency_key TEXT UNIQUE, doc TEXT NOT NULL)'],
  'write',
);

const app = new Hono()
  .post('/items', async (c) => {
    const doc = await c.req.text();
    await db.execute({
      sql: 'INSERT INTO item (idempotency_key, doc) VALUES (?, ?) ON CONFLICT DO NOTHING',
      args: [c.req.header('idempotency-key') ?? null, doc],
    });
    return c.json({ ok: true }, 201);
  })
  .get('/__admin/count', async (c) => {
    const { rows } = await db.execute(
      `SELECT count(*) AS rows, count(*) - count(DISTINCT doc ->> '$.requestId') AS doubled FROM item`,
    );
    return c.json({ rows: Number(rows[0]?.rows), doubled: Number(rows[0]?.doubled) });
  });
serve(app);
