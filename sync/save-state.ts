import { ZERO_STAMP } from './hlc.ts';
import type { Epoch } from './ids.ts';
import type { AnyRow, Received, VideoRow } from './local-row.ts';
import type { Fields } from './records.ts';

export type SaveState = 'pending' | 'synced' | 'failed';

/** Why a video has the state it has; the screens turn it into words. */
export type SaveCause =
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  | { readonly kind: 'not_stored'; readonly message: string | null }
  | { readonly kind: 'unanswered_well'; readonly failures: number }
  | { readonly kind: 'not_sent' }
  | { readonly kind: 'edits_not_sent' }
  /** The server has the row, and nobody has begun to give it the bytes. */
  | { readonly kind: 'not_offered' }
  | { readonly kind: 'storing' }
  | { readonly kind: 'safe' };

/** So many answered failures in a row show as failed; sending goes on all the same. */
export const FAILURES_SHOWN = 3;

/**
 * The one place that says where a video stands: failed before pending before synced.
 * @param epoch the epoch this device last heard; a row received in another one counts as not acknowledged [ROW-2]
 */
export function saveCause(row: VideoRow, epoch: Epoch | null): SaveCause {
  if (row.rejection) return { kind: 'rejected', ...row.rejection };
  const acknowledged = row.received !== null && row.received.epoch === epoch;
  const media = row.received?.server.mediaState;
  if (media === 'failed') return { kind: 'not_stored', message: row.received?.server.mediaError ?? null };
  if (row.failures >= FAILURES_SHOWN) return { kind: 'unanswered_well', failures: row.failures };
  if (!acknowledged) return { kind: 'not_sent' };
  if (pendingFields(row).length > 0) return { kind: 'edits_not_sent' };
  if (media === 'stored') return { kind: 'safe' };
  return { kind: media === 'none' ? 'not_offered' : 'storing' };
}

/** @see saveCause */
export function saveState(row: VideoRow, epoch: Epoch | null): SaveState {
  const { kind } = saveCause(row, epoch);
  if (kind === 'rejected' || kind === 'not_stored' || kind === 'unanswered_well') return 'failed';
  return kind === 'safe' ? 'synced' : 'pending';
}

/** The fields whose value here is newer than the one the server was last heard to have. [PUSH-1] */
export function pendingFields(row: {
  readonly fields: Fields;
  readonly received: Pick<Received<unknown>, 'stamps'> | null;
}): readonly string[] {
  const stamps = row.received?.stamps ?? {};
  return Object.entries(row.fields)
    .filter(([name, [, stamp]]) => stamp > (stamps[name] ?? ZERO_STAMP))
    .map(([name]) => name);
}

/**
 * Whether the next push carries this row. A row received in another epoch waits for the snapshot
 * that tells whether this server still has it. [PULL-3]
 */
export function isDirty(row: AnyRow, epoch: Epoch | null): boolean {
  if (row.rejection) return false;
  if (row.received === null) return true;
  return row.received.epoch === epoch && pendingFields(row).length > 0;
}
