import type { VideoId } from '../../sync/ids.ts';
import { LIBRARY_FILE, type LibraryVideo, parseLibrary } from '../../sync/library-file.ts';
import { MAX_ROW_BYTES } from '../../sync/protocol.ts';
import type { LibraryTables } from '../data/library-tables.ts';
import type { ImportedFile, ImportOutcome } from './import-file.ts';
import { openZip, type Zip, type ZipRefusal } from './zip-directory.ts';

/** Why an archive is no library for us; nothing of it was stored. */
export type LibraryRefusal =
  | ZipRefusal
  /** A newer version of the app made it. */
  | 'zip_newer'
  | 'zip_unreadable';

export interface LibraryCounts {
  readonly added: number;
  /** Already in the library; where nobody had named or marked them, they are as they were in the archive. */
  readonly here: number;
  /** The archive itself says that their files are not in it. */
  readonly without: number;
  readonly refused: number;
}

export type LibraryOutcome =
  | ({ readonly kind: 'library' } & LibraryCounts)
  | { readonly kind: 'refused'; readonly reason: LibraryRefusal }
  | Extract<ImportOutcome, { readonly kind: 'no_room' | 'filled_up' | 'stopped' }>;

export interface ImportLibraryDeps {
  readonly tables: LibraryTables;
  readonly importFile: (file: ImportedFile) => Promise<ImportOutcome>;
  /** What this origin may still use, bytes; null where the browser does not say. */
  readonly free: () => Promise<number | null>;
  /** Of all that is to be copied, 0 to 1. */
  readonly onShare: (share: number) => void;
  /** Something was written that the server does not have. */
  readonly onWrite: () => void;
  /** A video that did not get in. */
  readonly onRefused: (name: string, outcome: ImportOutcome) => void;
  readonly signal: AbortSignal;
}

/** A description larger than this would fill the memory of a page. */
const MAX_DESCRIPTION_BYTES = 256 * 1024 * 1024;
const MAX_POSTER_BYTES = 200 * 1024;

/**
 * Brings the videos of an exported library into this one, with what they were called and how they
 * were marked. What is here already is recognised and not doubled, so that a second run adds only what
 * is missing. Files are cut out of the archive by reference: its size costs no memory.
 */
export async function importLibrary(deps: ImportLibraryDeps, archive: Blob): Promise<LibraryOutcome> {
  const opened = await open(archive).catch(() => ({ kind: 'refused', reason: 'zip_unreadable' }) as const);
  if (opened.kind === 'refused') return opened;
  const { zip, videos } = opened;
  const known = await deps.tables.known();
  const ids: ReadonlySet<VideoId> = new Set(videos.flatMap((video) => (video ? [video.id] : [])));

  const sizeOf = (video: LibraryVideo) => (video.file === null ? null : zip.size(video.file)) ?? 0;
  const isNew = (video: LibraryVideo | null) => video !== null && known.find(video, ids) === null;
  const needed = videos.reduce((sum, video) => sum + (video && isNew(video) ? sizeOf(video) : 0), 0);
  const free = await deps.free();
  if (free !== null && free < needed) return { kind: 'no_room', needed, free };

  const counts = { added: 0, here: 0, without: 0, refused: 0 };
  let copied = 0;
  for (const video of videos) {
    if (deps.signal.aborted) return { kind: 'stopped' };
    if (!video || !isPushable(video)) {
      counts.refused += 1;
      continue;
    }
    const here = known.find(video, ids);
    const outcome = here ? await fillIn(here, video) : await add(video);
    if (outcome === 'without') {
      counts.without += 1;
      continue;
    }
    if (outcome.kind === 'no_room' || outcome.kind === 'filled_up' || outcome.kind === 'stopped') return outcome;
    if (!here) {
      copied += sizeOf(video);
      deps.onShare(copied / Math.max(1, needed));
    }
    if (outcome.kind === 'imported') {
      counts.added += 1;
      deps.onWrite();
    } else if (outcome.kind === 'duplicate') counts.here += 1;
    else {
      counts.refused += 1;
      deps.onRefused(nameOf(video), outcome);
      continue;
    }
    known.add(video);
  }
  return { kind: 'library', ...counts };

  async function fillIn(id: VideoId, video: LibraryVideo): Promise<ImportOutcome> {
    // Whether a video that is here is in the trash, only acts on this one decide.
    const { deletedAt: _, purgeRequestedAt: __, ...values } = video.fields;
    if (await deps.tables.fillIn(id, values)) deps.onWrite();
    return { kind: 'duplicate', id, inTrash: false };
  }

  async function add(video: LibraryVideo): Promise<ImportOutcome | 'without'> {
    if (video.file === null) return 'without';
    const data = await zip.file(video.file);
    if (data === null) return { kind: 'refused', reason: 'damaged' };
    const { id, create, sha256 } = video;
    // An explicit "not in the trash": what was purged here once, its owner has now brought back. [PURGE-1]
    const { purgeRequestedAt: _, ...fields }: LibraryVideo['fields'] = { deletedAt: null, ...video.fields };
    const poster = video.poster === null ? null : await posterOf(zip, video.poster);
    const name = nameOf(video);
    return deps.importFile({ name, lastModified: 0, data, known: { id, create, fields, sha256, poster } });
  }
}

type OpenZip = Extract<Zip, { readonly kind: 'zip' }>;

async function open(
  archive: Blob,
): Promise<
  | { readonly kind: 'opened'; readonly zip: OpenZip; readonly videos: readonly (LibraryVideo | null)[] }
  | { readonly kind: 'refused'; readonly reason: LibraryRefusal }
> {
  const zip = await openZip(archive);
  if (zip.kind === 'refused') return zip;
  const description = await zip.file(LIBRARY_FILE);
  if (!description || description.size > MAX_DESCRIPTION_BYTES) return { kind: 'refused', reason: 'zip_foreign' };
  const library = parseLibrary(await description.text());
  switch (library.kind) {
    case 'library':
      return { kind: 'opened', zip, videos: library.videos };
    case 'foreign':
      return { kind: 'refused', reason: 'zip_foreign' };
    case 'newer':
      return { kind: 'refused', reason: 'zip_newer' };
  }
}

/** A picture that the server would take; else one is made of the video. */
async function posterOf(zip: OpenZip, name: string): Promise<Blob | null> {
  const data = await zip.file(name);
  if (!data || data.size > MAX_POSTER_BYTES) return null;
  const head = await data.slice(0, 12).text();
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? data.slice(0, data.size, 'image/webp') : null;
}

/** A row that no push could carry would stay here for ever. [ROW-3] */
function isPushable({ id, create, fields }: LibraryVideo): boolean {
  return new TextEncoder().encode(JSON.stringify({ id, create, fields })).length < MAX_ROW_BYTES - 4096;
}

function nameOf({ file, fields, create }: LibraryVideo): string {
  const title = typeof fields.title === 'string' ? fields.title : create.prompt;
  return title || (file ?? '').replace(/^.*\//, '');
}
