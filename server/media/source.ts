import * as v from 'valibot';
import { OutputSchema } from '../../sync/records.ts';
import type { Database } from '../db/database.ts';
import type { SqlRow } from '../sync/rows.ts';

/** Where a video's bytes are, before they are stored. */
export type MediaSource =
  | { readonly kind: 'remote'; readonly url: string }
  /** Readable by the provider alone. */
  | { readonly kind: 'provider'; readonly url: string }
  /** The generation it comes from has not succeeded here yet. */
  | { readonly kind: 'not_yet' }
  /** Only a device has them. */
  | { readonly kind: 'none' };

/**
 * A generation's video is fetched from where the provider told the server, never from where a
 * device says; only such a URL reaches the provider's own storage, which knows no owners.
 * @param video of `SELECT * FROM video`
 */
export async function sourceOf(db: Database, video: SqlRow): Promise<MediaSource> {
  if (video.generation_id === null) {
    return video.original_url === null ? { kind: 'none' } : { kind: 'remote', url: String(video.original_url) };
  }
  const { rows } = await db.sql.execute({
    sql: `SELECT outputs, status FROM generation WHERE user_id = ? AND id = ?`,
    args: [String(video.user_id), String(video.generation_id)],
  });
  const [row] = rows;
  if (!row || UNFINISHED.has(String(row.status))) return { kind: 'not_yet' };
  // A generation that came back from a device, after a restore, has no outputs that this server heard of.
  if (row.outputs === null) return { kind: 'none' };
  const outputs = v.parse(OutputsSchema, JSON.parse(String(row.outputs)));
  const output = outputs.find(({ videoId }) => videoId === video.id) ?? outputs[Number(video.output_index)];
  if (!output) return { kind: 'none' };
  return { kind: /^https?:/i.test(output.url) ? 'remote' : 'provider', url: output.url };
}

const UNFINISHED: ReadonlySet<string> = new Set(['waiting_source', 'queued', 'submitting', 'running']);

const OutputsSchema = v.array(OutputSchema);
