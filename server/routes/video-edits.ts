import * as v from 'valibot';
import { nextStamp, ZERO_STAMP } from '../../sync/hlc.ts';
import { SERVER_DEVICE, type UserId, VideoIdSchema } from '../../sync/ids.ts';
import type { Result } from '../../sync/protocol.ts';
import { type Field, VideoSetSchema } from '../../sync/records.ts';
import type { Database } from '../db/database.ts';
import type { AppDeps } from '../deps.ts';
import { HttpError, notFound } from '../errors.ts';
import { type CommitDeps, commitPush } from '../sync/commit.ts';
import { newNonce } from '../sync/heads.ts';
import { type SqlRow, videoRow } from '../sync/rows.ts';

/**
 * The row of `SELECT * FROM video` under its id or under one a device first knew it by. [ID-1]
 * @throws HttpError 404 where there is none, it was purged, or it is another user's
 */
export async function findVideo(db: Database, user: UserId, id: string): Promise<SqlRow> {
  const { rows } = await db.sql.execute({
    sql: `SELECT * FROM video WHERE user_id = :user AND purged_at IS NULL
      AND id = coalesce((SELECT id FROM video_alias WHERE user_id = :user AND alias_id = :id), :id)`,
    args: { user, id },
  });
  const [row] = rows;
  if (!row) throw notFound('Video');
  return row;
}

/**
 * Sets client fields for a caller that has no clock of its own: the server stamps them, past
 * whatever the row has. [HLC-1]
 * @returns the row as it then is
 * @throws HttpError 404 where there is no such video
 */
export async function editVideo(
  deps: AppDeps,
  edit: { readonly user: UserId; readonly id: string; readonly values: Readonly<Record<string, unknown>> },
): Promise<SqlRow> {
  const wire = videoRow(await findVideo(deps.db, edit.user, edit.id));
  if ('purged' in wire) throw notFound('Video');
  const set: Record<string, Field> = {};
  for (const [name, value] of Object.entries(edit.values)) {
    const seen = wire.fields[name]?.[1] ?? ZERO_STAMP;
    set[name] = [value, nextStamp({ nowMs: deps.clock(), device: SERVER_DEVICE, last: ZERO_STAMP, seen })];
  }
  const op = { id: v.parse(VideoIdSchema, wire.id), set: v.parse(VideoSetSchema, set) };
  const { results } = await commitPush(commitDeps(deps), {
    user: edit.user,
    videos: [op],
    generations: [],
    knowsEpoch: false,
  });
  accepted(results[0]);
  return findVideo(deps.db, edit.user, wire.id);
}

export function commitDeps({ db, clock, random }: AppDeps): CommitDeps {
  return { db, now: clock, nonce: () => newNonce(random) };
}

/** What a commit says of the one video that was pushed. */
export function accepted(result: Result | undefined): Extract<Result, { kind: 'video'; status: 'ok' }> {
  if (result?.kind === 'video' && result.status === 'ok' && 'row' in result) return result;
  if (result && 'code' in result && (result.code === 'purged' || result.code === 'unknown')) throw notFound('Video');
  const message = result && 'message' in result ? result.message : 'The video was not taken';
  throw new HttpError({ status: 409, code: 'rejected', message });
}
