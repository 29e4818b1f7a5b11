import type { Client } from '@libsql/client';

const VIDEOS_OF_OTHERS = 20;
const START = Date.UTC(2020, 0, 1);
const EVERY_MS = 60_000;

/** Fills a migrated database by SQL alone: libraries of given sizes, and other people with a few videos each. */
export async function fillLibraries(
  db: Client,
  {
    libraries,
    others,
  }: { readonly libraries: readonly (readonly [user: string, count: number])[]; readonly others: number },
): Promise<void> {
  for (const pragma of ['journal_mode = MEMORY', 'synchronous = OFF', 'cache_size = -600000', 'temp_store = MEMORY']) {
    await db.execute(`PRAGMA ${pragma}`);
  }
  for (const [user, count] of libraries) {
    await db.execute({ sql: insert(':user', 'n.i + 1'), args: { user, count } });
    await db.execute({ sql: 'UPDATE user_head SET rev = :rev WHERE user_id = :user', args: { user, rev: count + 1 } });
    await db.execute({
      sql: `INSERT INTO head_history (user_id, rev, nonce) SELECT user_id, rev, nonce FROM user_head WHERE user_id = :user
        ON CONFLICT DO NOTHING`,
      args: { user },
    });
  }
  const user = `printf('somebody-%05d', n.i / ${VIDEOS_OF_OTHERS})`;
  const rev = `n.i % ${VIDEOS_OF_OTHERS} + 1`;
  await db.execute({ sql: insert(user, rev), args: { count: others * VIDEOS_OF_OTHERS } });
  await db.execute('PRAGMA journal_mode = WAL');
  await db.execute('PRAGMA wal_checkpoint(TRUNCATE)');
  await db.execute('ANALYZE');
}

/** Rows like those of `makeVideos`, made by the database itself. */
function insert(user: string, rev: string): string {
  const hex = (bytes: number) => `lower(hex(randomblob(${bytes})))`;
  const uuid = (ms: string) =>
    `printf('%08x-%04x-7%s-8%s-%s', (${ms}) >> 16, (${ms}) & 65535, substr(${hex(2)}, 2), substr(${hex(2)}, 2), ${hex(6)})`;
  const at = `${START} + n.i * ${EVERY_MS}`;
  return `
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    INSERT INTO video (user_id, id, rev, creation, fields, media_state, bytes, sha256, poster_at, stored_at,
      width, height, duration_ms, codec, updated_at)
    SELECT ${user}, ${uuid(at)}, ${rev},
      json_object('origin', 'generated', 'generationId', ${uuid(at)}, 'outputIndex', 0, 'provider', 'wavespeed',
        'model', 'wavespeed-ai/wan-2.2/t2v-720p', 'requestId', ${hex(16)},
        'originalUrl', 'https://d1q70pf5vjeyhc.example.com/predictions/' || ${hex(20)} || '.mp4',
        'prompt', 'A ' || ${hex(8)} || ' in the rain at night, seen from a slow drone above the roofs of a harbour town',
        'params', json_object('seed', abs(random() % 1000000), 'duration', 5), 'width', 1280, 'height', 720,
        'durationMs', 5000, 'contentType', 'video/mp4', 'thumbhash', ${hex(17)}, 'capturedAt', NULL, 'createdAt', ${at}),
      '{}', 'stored', abs(random() % 9000000), ${hex(32)}, ${at} + 3000, ${at} + 2000, 1280, 720, 5000, 'avc1.640028',
      ${at} + 3000
    FROM n`;
}
