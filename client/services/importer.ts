import type { GivenFile, ImportState, Pictures } from '../app/services.ts';
import type { UserDatabase } from '../data/database.ts';
import { createImportTables, STAGED } from '../data/import-video.ts';
import { createInbox, isPicture } from '../data/inbox.ts';
import { createLibraryTables } from '../data/library-tables.ts';
import { dropOrphans } from '../data/media-orphans.ts';
import { createMediaTables } from '../data/media-tables.ts';
import { browserPorts } from '../media/browser-ports.ts';
import { freeRoom, type ImportDeps, type ImportedFile, importFile } from '../media/import-file.ts';
import { createSha256 } from '../media/sha256.ts';
import { createSharedPictures, type SharedPicture, type SharedPictures } from './shared-pictures.ts';
import type { Transfers } from './transfers.ts';

/** Videos of an archive that are named one by one where they did not get in; the others are counted. */
const MOST_NAMED = 50;

/** Imports what a person gives, one file after the other. */
export interface Importer {
  readonly add: (files: readonly GivenFile[]) => void;
  /** Takes settled ones off the list; a film that waits in the inbox goes with them, a picture stays there. */
  readonly dismiss: (keys: readonly number[]) => void;
  /** What waits in the inbox to become the beginning of a film. */
  readonly pictures: Pick<SharedPictures, 'use' | 'discard'>;
  /** Resolves when nothing is written any more. */
  readonly stop: () => Promise<void>;
}

/** One file on its way; `settle` hears what became of it. */
interface Job {
  readonly key: number;
  readonly file: () => Promise<ImportedFile | null>;
  readonly settle: (state: ImportState) => Promise<void>;
}

export function createImporter(deps: {
  readonly db: UserDatabase;
  readonly pictures: Pick<Pictures, 'give'>;
  readonly transfers: Transfers;
  readonly onImported: () => void;
  readonly signal: AbortSignal;
}): Importer {
  const { db, transfers, onImported, signal } = deps;
  const { list, show } = transfers;
  const inbox = createInbox();
  const pictures = createSharedPictures({ user: db.user, inbox, pictures: deps.pictures, transfers, signal });
  const unsettled = new Map<number, number>();
  let queue: Promise<unknown> = Promise.resolve();

  const run = async ({ key, file, settle }: Job): Promise<void> => {
    if (signal.aborted) return;
    show(key, { kind: 'working', share: null });
    const state = await attempt(file, (share) => show(key, { kind: 'working', share }));
    await settle(state).catch(() => undefined);
    show(key, state);
    if (state.kind === 'imported' || (state.kind === 'library' && state.added > 0)) onImported();
  };

  const attempt = async (file: Job['file'], onShare: (share: number) => void): Promise<ImportState> => {
    try {
      const given = await file();
      if (!given) return { kind: 'failed' };
      // A step that can be seen.
      const onStored = (bytes: number) => onShare(Math.round((100 * bytes) / given.data.size) / 100);
      if (isArchive(given)) return await importArchive(given, onShare);
      return await importFile(await importDeps(onStored), given);
    } catch {
      // The local database's trouble, or a part of the app that could not be loaded: told, and to be tried again.
      return { kind: 'failed' };
    }
  };

  const importArchive = async (archive: ImportedFile, onShare: (share: number) => void): Promise<ImportState> => {
    const { importLibrary } = await import('../media/import-library.ts');
    const each = await importDeps(() => undefined);
    let refused = 0;
    return importLibrary(
      {
        tables: createLibraryTables(db),
        importFile: (file) => importFile(each, file),
        free: () => freeRoom(each),
        onShare: (share) => onShare(Math.round(100 * share) / 100),
        onWrite: onImported,
        onRefused: (name, outcome) => void (++refused <= MOST_NAMED && list(name, outcome)),
        signal,
      },
      archive.data,
    );
  };

  const importDeps = async (onStored: ImportDeps['onStored']): Promise<ImportDeps> => {
    const [{ measureFile }, { capturePoster }] = await Promise.all([
      import('../media/measure-file.page.ts'),
      import('../media/capture-poster.page.ts'),
    ]);
    const tables = createMediaTables(db);
    return {
      // A connection that the browser closes under a long import is no reason to begin anew.
      tables: { ...tables, append: (at, data) => db.resilient(() => tables.append(at, data)) },
      imports: createImportTables(db),
      sha256: createSha256,
      measure: measureFile,
      capture: capturePoster,
      estimate: browserPorts().estimate,
      onStored,
      signal,
    };
  };

  const enqueue = (jobs: readonly Job[]): Promise<unknown> => {
    for (const job of jobs) queue = queue.then(() => run(job));
    return queue;
  };

  /** What other apps shared, also before the last end of this app; one tab at a time. */
  const takeInbox = async (): Promise<void> => {
    const jobs: Job[] = [];
    const found: SharedPicture[] = [];
    for (const seq of await inbox.waiting(db.user)) {
      const { name = '', data } = (await inbox.get(seq)) ?? {};
      if (data && isPicture(data)) {
        found.push({ seq, name });
        continue;
      }
      const key = list(name, { kind: 'waiting' });
      unsettled.set(key, seq);
      const settle = async (state: ImportState) => {
        // What had no room, or met trouble that is not its own, is tried again at the next start.
        if (!['imported', 'duplicate', 'refused'].includes(state.kind)) return;
        await inbox.remove(seq);
        unsettled.delete(key);
      };
      jobs.push({ key, settle, file: async () => (await inbox.get(seq)) ?? null });
    }
    await pictures.offer(found);
    await enqueue(jobs);
  };

  const begin = async (): Promise<void> => {
    if ((await db.copies.where('etag').equals(STAGED).count()) > 0) await dropOrphans(db);
    if (!('locks' in navigator)) return takeInbox();
    await navigator.locks.request('vidfab-inbox', { signal }, takeInbox);
  };
  const begun = begin().catch(() => undefined);

  return {
    pictures,
    add: (files) => {
      const jobs = files.flatMap(({ name, file }): readonly Job[] => {
        if (file === null) {
          list(name, { kind: 'refused', reason: 'folder' });
          return [];
        }
        const key = list(name, { kind: 'waiting' });
        const { lastModified } = file;
        return [{ key, settle: async () => undefined, file: async () => ({ name, lastModified, data: file }) }];
      });
      void enqueue(jobs);
    },
    dismiss: (keys) => {
      for (const key of keys) {
        const seq = unsettled.get(key);
        if (seq !== undefined) void inbox.remove(seq).catch(() => undefined);
      }
      transfers.remove(keys);
    },
    stop: async () => {
      await begun;
      await queue;
      inbox.close();
    },
  };
}

/** By its name, as nothing else of a file is known before it is read: what is none is refused as such. */
function isArchive({ name, data }: ImportedFile): boolean {
  return /\.zip$/i.test(name) || data.type === 'application/zip';
}
