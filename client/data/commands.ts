import type { VideoId } from '../../sync/ids.ts';
import type { LocalTransaction } from '../../sync/ports.ts';
import type { UserDatabase } from './database.ts';
import { editRows } from './edit-rows.ts';
import { createGenerationCommands, type GenerationCommands } from './generation-commands.ts';
import { createSyncStore } from './sync-store.ts';

/** Everything a person can do to their library. One intent is one transaction; nothing here waits for a network. */
export interface Commands extends GenerationCommands {
  readonly setTitle: (id: VideoId, title: string) => Promise<void>;
  readonly setFavorite: (ids: readonly VideoId[], favorite: boolean) => Promise<void>;
  readonly moveToTrash: (ids: readonly VideoId[]) => Promise<void>;
  readonly restore: (ids: readonly VideoId[]) => Promise<void>;
  /** Sends a failed row again from a clean start. */
  readonly retry: (ids: readonly VideoId[]) => Promise<void>;
}

/** @param onWrite called after each write that leaves something to send */
export function createCommands(db: UserDatabase, onWrite: () => void): Commands {
  const store = createSyncStore(db);
  const write = async (work: (tx: LocalTransaction) => Promise<void>) => {
    await store.transact(work);
    onWrite();
  };
  const setVideos = (ids: readonly VideoId[], field: string, value: unknown) =>
    write((tx) => editRows(tx, tx.videos, ids, { field, value }));

  return {
    ...createGenerationCommands(write),
    setTitle: (id, title) => setVideos([id], 'title', title.trim().slice(0, 500) || null),
    setFavorite: (ids, value) => setVideos(ids, 'favorite', value),
    moveToTrash: (ids) => setVideos(ids, 'deletedAt', Date.now()),
    restore: (ids) => setVideos(ids, 'deletedAt', null),
    retry: (ids) =>
      write(async (tx) => {
        const rows = (await tx.videos.getMany(ids)).filter((row) => row !== undefined);
        const { epoch } = await tx.meta();
        await tx.videos.putMany(
          rows.map((row) => ({ ...row, rejection: null, failures: 0 })),
          epoch,
        );
      }),
  };
}
