import { stampTime } from '../../sync/hlc.ts';
import type { AnyRow, VideoRow } from '../../sync/local-row.ts';
import { pendingFields } from '../../sync/save-state.ts';
import type { UserDatabase } from './database.ts';

/** More than a bad connection: whoever looks at Activity is told, and the log gets a line. */
export const STUCK_MS = 10 * 60_000;

/** What waits for the server on this device. */
export interface Waiting {
  readonly rows: number;
  /** Since when the longest of it has waited, milliseconds since 1970 by this device's clock; null where nothing does. */
  readonly since: number | null;
}

/** More rows than this are not looked at one by one. */
const LOOKED_AT = 1_000;

/** Bytes are looked at where there are tables of them. */
type Tables = Pick<UserDatabase, 'meta' | 'videos' | 'generations'> & Partial<Pick<UserDatabase, 'copies' | 'uploads'>>;

/**
 * How many videos are not saved and generations not sent, and since when something is waited for that does not move.
 * @param putOff videos whose bytes wait here on purpose
 */
export async function waiting(tables: Tables, putOff?: ReadonlySet<string>): Promise<Waiting> {
  const { epoch = null, clockOffset = 0 } = (await tables.meta.get('sync')) ?? {};
  const videos = tables.videos.where('saveState').equals('pending');
  const generations = tables.generations.where('dirty').equals(1);
  const pending = await videos.limit(LOOKED_AT).toArray();
  const elsewhere = await onlyElsewhere(tables, pending);
  const rows = [...pending, ...(await generations.limit(LOOKED_AT).toArray())];
  // Videos are uploaded one after the other: while one gets on, none is stuck.
  const uploads = (await tables.uploads?.toArray()) ?? [];
  const movedAt = Math.max(0, ...uploads.map(({ at }) => at));
  const times = rows
    // What was received from another epoch waits for a snapshot, nobody knows since when.
    .filter(
      ({ id, received }) => (received === null || received.epoch === epoch) && !elsewhere.has(id) && !putOff?.has(id),
    )
    .map((row) => waitingSince(row, { clockOffset, movedAt }));
  return {
    rows: (await videos.count()) + (await generations.count()),
    since: times.length === 0 ? null : Math.min(...times),
  };
}

/** Videos that wait for another device to send their bytes, however long that is switched off. */
async function onlyElsewhere({ copies }: Tables, rows: readonly VideoRow[]): Promise<ReadonlySet<string>> {
  const unoffered = rows.filter(({ received }) => received?.server.mediaState === 'none');
  const here = (await copies?.bulkGet(unoffered.map(({ copyId }) => copyId))) ?? [];
  const isElsewhere = (row: VideoRow, index: number) =>
    pendingFields(row).length === 0 && here[index]?.state !== 'verified';
  return new Set(unoffered.filter(isElsewhere).map(({ id }) => id));
}

/** An edit waits since it was made, however old its video; everything else since it was created. */
function waitingSince(
  row: AnyRow,
  { clockOffset, movedAt }: { readonly clockOffset: number; readonly movedAt: number },
): number {
  const edits = pendingFields(row).flatMap((name) => row.fields[name]?.[1] ?? []);
  if (row.received === null) return row.create.createdAt;
  if (edits.length === 0) return Math.max(row.create.createdAt, movedAt);
  return Math.min(...edits.map((stamp) => stampTime(stamp) - clockOffset));
}
