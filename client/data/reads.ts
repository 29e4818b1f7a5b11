import type { GenerationId } from '../../sync/ids.ts';
import { isFinal } from '../../sync/records.ts';
import type { SaveState } from '../../sync/save-state.ts';
import type { UserDatabase } from './database.ts';
import { readMeta } from './sync-store.ts';

/** What the status chip says. */
export interface LibrarySummary {
  readonly pending: number;
  readonly failed: number;
  readonly total: number;
  /** Generations made or changed here that the server has not taken yet. */
  readonly unsent: number;
  readonly lastSyncAt: number | null;
}

export async function librarySummary(db: UserDatabase): Promise<LibrarySummary> {
  return {
    pending: await countVideos(db, 'pending'),
    failed: await countVideos(db, 'failed'),
    total: await db.videos.count(),
    unsent: await db.generations.where('dirty').equals(1).count(),
    lastSyncAt: (await readMeta(db)).lastSyncAt,
  };
}

export function countVideos(db: UserDatabase, saveState: SaveState): Promise<number> {
  return db.videos.where('saveState').equals(saveState).count();
}

/** Generations that the server has and that it may still change. */
export async function runningGenerations(db: UserDatabase): Promise<readonly GenerationId[]> {
  const open = await db.generations.where('open').equals(1).toArray();
  return open.filter(({ received }) => received !== null && !isFinal(received.server.status)).map(({ id }) => id);
}

/** Whether rows wait to be pushed. */
export async function isAnythingDirty(db: UserDatabase): Promise<boolean> {
  const dirty =
    (await db.videos.where('dirty').equals(1).count()) + (await db.generations.where('dirty').equals(1).count());
  return dirty > 0;
}

/** Whether the server is still expected to change something that this device waits for. */
export async function isAnythingUnfinished(db: UserDatabase): Promise<boolean> {
  const pending = db.videos.where('saveState').equals('pending');
  // What no device has offered yet the server owes to nobody.
  const owed = await pending.filter(({ received }) => received?.server.mediaState !== 'none').first();
  return owed !== undefined || (await isAnythingDirty(db)) || (await runningGenerations(db)).length > 0;
}
