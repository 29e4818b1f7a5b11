import { stampTime } from '../../sync/hlc.ts';
import type { AnyRow } from '../../sync/local-row.ts';
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

/** How many videos are not saved and generations not sent, and since when. */
export async function waiting(tables: Pick<UserDatabase, 'meta' | 'videos' | 'generations'>): Promise<Waiting> {
  const { epoch = null, clockOffset = 0 } = (await tables.meta.get('sync')) ?? {};
  const videos = tables.videos.where('saveState').equals('pending');
  const generations = tables.generations.where('dirty').equals(1);
  const rows = [...(await videos.limit(LOOKED_AT).toArray()), ...(await generations.limit(LOOKED_AT).toArray())];
  const times = rows
    // What was received from another epoch waits for a snapshot, nobody knows since when.
    .filter(({ received }) => received === null || received.epoch === epoch)
    .map((row) => waitingSince(row, clockOffset));
  return {
    rows: (await videos.count()) + (await generations.count()),
    since: times.length === 0 ? null : Math.min(...times),
  };
}

/** An edit waits since it was made, however old its video; everything else since it was created. */
function waitingSince(row: AnyRow, clockOffset: number): number {
  const edits = pendingFields(row).flatMap((name) => row.fields[name]?.[1] ?? []);
  if (row.received === null || edits.length === 0) return row.create.createdAt;
  return Math.min(...edits.map((stamp) => stampTime(stamp) - clockOffset));
}
