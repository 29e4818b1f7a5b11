import type { GenerationId, VideoId } from '../../sync/ids.ts';
import type { ExportScope, LibraryGeneration, LibraryRow } from '../../sync/library-file.ts';
import { fieldValue } from '../../sync/local-row.ts';
import type { UserDatabase } from './database.ts';

/** A library as this device has it. */
export interface ExportTables {
  /** Oldest first. */
  readonly ids: (scope: ExportScope) => Promise<readonly VideoId[]>;
  /** Those that are still here and wanted, in order. */
  readonly rows: (ids: readonly VideoId[]) => Promise<readonly LibraryRow[]>;
  readonly generations: (ids: readonly GenerationId[]) => Promise<readonly LibraryGeneration[]>;
  /** What of them this device has, and whether the server has the rest; reads keys only. */
  readonly standing: (ids: readonly VideoId[]) => Promise<ExportStanding>;
}

export interface ExportStanding {
  /** Every video is whole on this device. */
  readonly isAllHere: boolean;
  /** The server has stored, and heard all of, every video. */
  readonly isAllThere: boolean;
}

export function createExportTables(db: UserDatabase): ExportTables {
  return {
    ids: async (scope) => {
      switch (scope.kind) {
        case 'all':
          return db.videos.toCollection().primaryKeys();
        case 'favorites':
          return (
            await db.videos
              .where('[deleted+favorite+createdAt]')
              .between([0, 1, 0], [0, 1, Number.MAX_SAFE_INTEGER])
              .primaryKeys()
          ).toSorted();
        case 'chosen':
          return scope.ids.toSorted();
      }
    },
    rows: async (ids) => {
      const records = (await db.videos.bulkGet([...ids])).filter((row) => row !== undefined);
      return records
        .filter((row) => fieldValue(row, 'purgeRequestedAt') == null)
        .map(({ id, create, fields, received }) => ({ id, create, fields, server: received?.server ?? null }));
    },
    generations: async (ids) => {
      const records = (await db.generations.bulkGet([...ids])).filter((row) => row !== undefined);
      return records.map(({ id, create }) => ({ id, create }));
    },
    standing: async (ids) => {
      const whole = new Set<string>(await db.copies.where('state').equals('verified').primaryKeys());
      const unsaved = new Set(await db.videos.where('saveState').anyOf('pending', 'failed').primaryKeys());
      return { isAllHere: ids.every((id) => whole.has(id)), isAllThere: !ids.some((id) => unsaved.has(id)) };
    },
  };
}
