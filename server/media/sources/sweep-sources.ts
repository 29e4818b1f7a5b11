import type { Database } from '../../db/database.ts';
import { UNUSED_MS } from './keep-source.ts';

/** What may still be made of it, or was: a film that is there can be made again, a failed one retried. A purged one names none. */
const isUsed = `(
  EXISTS (SELECT 1 FROM video v WHERE v.user_id = source.user_id AND v.source_id = source.id)
  OR EXISTS (
    SELECT 1 FROM generation g
    WHERE g.user_id = source.user_id AND g.source_id = source.id AND g.purged_at IS NULL
      AND g.status NOT IN ('succeeded', 'canceled')
      AND NOT (g.status = 'failed' AND g.fields ->> '$.dismissedAt[0]' IS NOT NULL)))`;

/** Gives up pictures that nothing is made of any more; their bytes are deleted like those of a purged video. */
export async function sweepSources({ db, clock }: { readonly db: Database; readonly clock: () => number }) {
  const args = { now: clock(), next: clock() + UNUSED_MS };
  await db.sql.batch(
    [
      { sql: `UPDATE source SET check_at = :next WHERE check_at <= :now AND ${isUsed}`, args },
      {
        sql: `INSERT INTO blob_deletion (user_id, video_id, next_at)
          SELECT user_id, id, :now FROM source WHERE check_at <= :now ON CONFLICT DO NOTHING`,
        args: { now: args.now },
      },
      { sql: 'DELETE FROM source WHERE check_at <= :now', args: { now: args.now } },
    ],
    'write',
  );
}

/** When a picture is next to be looked at; null where there is none. */
export async function nextSourceCheckAt(db: Database): Promise<number | null> {
  const { rows } = await db.sql.execute({ sql: 'SELECT min(check_at) AS at FROM source', args: [] });
  const at = rows[0]?.at;
  return typeof at === 'number' ? at : null;
}
