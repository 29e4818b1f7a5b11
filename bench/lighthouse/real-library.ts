import { randomBytes } from 'node:crypto';
import { link, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createClient, type Row } from '@libsql/client';
import { uuidv7 } from '../../sync/ids.ts';
import type { TestServer } from '../../tests/support/server.ts';
import { until } from '../../tests/support/until.ts';

const PROMPTS = ['A lighthouse in a storm', 'A fox in the snow', 'A harbour at night', 'A whale under ice'];
const HOUR_MS = 3_600_000;

/**
 * Fills somebody's library with so many stored videos, all with bytes and poster: a few that the provider
 * really made, and others like them, each some hours older than the one before.
 * @param fetchAs asks the server as that person
 */
export async function fillLibrary(
  server: TestServer,
  fetchAs: (path: string, init?: RequestInit) => Promise<Response>,
  count: number,
): Promise<void> {
  const user: string = (await (await fetchAs('/api/auth/get-session')).json()).user.id;
  for (const prompt of PROMPTS) await ask(fetchAs, prompt);
  await until(
    () => stored(fetchAs),
    (count) => count === PROMPTS.length,
    300_000,
  );
  await server.kill();
  const db = createClient({ url: `file:${join(server.dataDir, 'vidfab.db')}` });
  const { rows, columns } = await db.execute({ sql: `SELECT * FROM video WHERE user_id = ?`, args: [user] });
  const { rows: heads } = await db.execute({ sql: 'SELECT rev FROM user_head WHERE user_id = ?', args: [user] });
  const head = Number(heads[0]?.rev);
  const written = columns.filter((name) => WRITTEN.has(name));
  for (let index = rows.length; index < count; index++) {
    const model = rows[index % rows.length];
    if (!model) throw new Error('no video was made');
    // Above whatever a device has been told of.
    const copy = alike(model, { index, rev: head + index });
    const values = written.map((name) => copy[name] ?? null);
    await db.execute({
      sql: `INSERT INTO video (${written.join(', ')}) VALUES (${written.map(() => '?').join(', ')})`,
      args: values,
    });
    const [from, to] = [model.id, copy.id].map((id) => join(server.dataDir, 'media', user, String(id)));
    for (const name of [String(model.sha256), 'poster']) await place(join(from ?? '', name), join(to ?? '', name));
  }
  await db.execute({ sql: 'UPDATE user_head SET rev = ? WHERE user_id = ?', args: [head + count, user] });
  await db.execute({
    sql: `INSERT INTO head_history (user_id, rev, nonce) SELECT user_id, rev, nonce FROM user_head WHERE user_id = ?
      ON CONFLICT DO NOTHING`,
    args: [user],
  });
  db.close();
  await server.restart();
}

/** What a row is made of; the other columns follow from these. */
const WRITTEN = new Set(
  `user_id id rev creation fields media_state bytes sha256 poster_at stored_at width height duration_ms codec
  updated_at`.split(/\s+/),
);

function alike(model: Row, { index, rev }: { readonly index: number; readonly rev: number }): Row {
  const createdAt = Date.now() - index * 5 * HOUR_MS;
  const creation = JSON.parse(String(model.creation));
  const id = uuidv7(createdAt, randomBytes(10));
  const others = { generationId: uuidv7(createdAt, randomBytes(10)), requestId: null, originalUrl: null, createdAt };
  return { ...model, id, rev, creation: JSON.stringify({ ...creation, ...others }) };
}

async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await link(from, to);
}

async function ask(fetchAs: (path: string, init?: RequestInit) => Promise<Response>, prompt: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ prompt, model: 'local/sketch' });
  const { status } = await fetchAs('/api/generations', { method: 'POST', headers, body });
  if (status !== 201) throw new Error(`asking for a film met ${status}`);
}

async function stored(fetchAs: (path: string) => Promise<Response>): Promise<number> {
  return (await (await fetchAs('/api/user/videos?status=completed&limit=100')).json()).data.videos.length;
}
