import type { VideoId } from '../../../sync/ids.ts';
import type { UserDatabase } from '../database.ts';
import { liveRead } from '../live-query.ts';
import { type Entry, takeBlock } from './entry.ts';
import { forgetCatalogue } from './mark.ts';
import { pause } from './pause.ts';
import { writeCatalogue } from './write-catalogue.ts';

/** Blocks that are read at a time. */
const PAGE = 10;
/** So many entries that later ones replaced are carried along, beside as many as there are videos. */
const WORN = 2_000;

/** The whole library in memory, with as much of each video as it is searched and sorted by. */
export interface Catalogue {
  readonly entries: () => ReadonlyMap<VideoId, Entry>;
  /** Told when the entries are other ones. @returns ends it */
  readonly watch: (listener: () => void) => () => void;
  readonly close: () => void;
}

/** Reads the catalogue, and keeps it as the rows are until it is closed. */
export async function openCatalogue(db: UserDatabase): Promise<Catalogue> {
  const entries = new Map<VideoId, Entry>();
  const listeners = new Set<() => void>();
  let readTo = 0;
  let taken = 0;
  let isClosed = false;
  let reading = Promise.resolve();

  async function read(): Promise<void> {
    await writeCatalogue(db);
    for (;;) {
      const blocks = await db.resilient(() => db.catalogue.where(':id').above(readTo).limit(PAGE).toArray());
      if (blocks.length === 0) return;
      for (const block of blocks) {
        takeBlock(entries, block);
        taken += block.ids.length;
        readTo = block.block ?? readTo;
      }
      await pause();
    }
  }

  /** One after the other, whatever became of the one before. */
  function readAgain(): Promise<void> {
    const again = reading.then(async () => {
      if (!isClosed) await read();
    });
    reading = again.catch(() => undefined);
    return again;
  }

  await readAgain();
  if (taken > 2 * entries.size + WORN) await forgetCatalogue(db);
  // What is waiting to be heard of, from any tab or the worker.
  const end = liveRead(db, () => db.changes.count()).subscribe((waiting) => {
    if (waiting === 0) return;
    void readAgain().then(
      () => {
        for (const listener of listeners) listener();
      },
      // The changes wait, and the next one has them read again.
      () => undefined,
    );
  });

  return {
    entries: () => entries,
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      isClosed = true;
      end();
    },
  };
}
