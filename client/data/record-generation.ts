import { applyPoll, type HeardGeneration } from '../../sync/poll.ts';
import type { UserDatabase } from './database.ts';
import { createSyncStore } from './sync-store.ts';

/** Writes what a poll learned of a generation in one transaction. */
export function recordGeneration(db: UserDatabase, heard: HeardGeneration): Promise<void> {
  return createSyncStore(db).transact((tx) => applyPoll(tx, heard));
}
