import type { Dexie } from 'dexie';

/** The schema that this code was written for. */
export const SCHEMA_VERSION = 6;

/**
 * Declares every version that was ever shipped. What is here never changes; a new version is a line
 * at the end. Installed apps run old code for months and a release may be rolled back, so older code
 * meets newer schemas and opens them as they are. Hence a version
 * - adds tables and indexes, and takes none away that shipped code reads;
 * - never makes an index unique nor changes a primary key;
 * - has no `upgrade()` that rows need: what older code wrote afterwards would never pass through it.
 *   Rows are brought up to date by `derive-columns.ts` whenever another version wrote last.
 * A change of what a column in `records.ts` means counts as a version too, with nothing to add.
 */
export function declareSchema(db: Dexie): void {
  db.version(1).stores({
    videos: 'id, dirty, saveState, [deleted+createdAt], [deleted+saveState+createdAt], [deleted+favorite+createdAt]',
    generations: 'id, dirty, open, createdAt',
    aliases: 'from',
    meta: 'key',
    copies: 'copyId, state',
    segments: '[copyId+offset]',
    posters: 'videoId',
  });
  db.version(2).stores({ events: '++seq' });
  // Whether a file's bytes are here already is asked at each import; posters made here are to be sent.
  db.version(3).stores({ uploads: 'copyId', copies: 'copyId, state, etag', posters: 'videoId, unsent' });
  db.version(4).stores({ sources: 'id, addedAt' });
  // What is searched, and what has yet to come into it.
  db.version(5).stores({ changes: '++seq', catalogue: '++block' });
  // What was made similar to a video, under each name that the video has had. Few rows are in either.
  db.version(6).stores({
    videos:
      'id, dirty, saveState, [deleted+createdAt], [deleted+saveState+createdAt], [deleted+favorite+createdAt], create.params.similarTo.id',
    aliases: 'from, to',
  });
}
