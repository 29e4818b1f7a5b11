import * as v from 'valibot';
import { uuidv7, type VideoId, VideoIdSchema } from '../../sync/ids.ts';
import { type VideoCreate, VideoCreateSchema } from '../../sync/records.ts';
import { type ImportTables, importLock, STAGED, type Twin } from '../data/import-video.ts';
import type { MediaTables } from '../data/media-tables.ts';
import { storable } from './fetch-poster.ts';
import { fileTitle } from './file-title.ts';
import { hashBlob } from './hash-blob.ts';
import type { Captured, Measured, Measures } from './measured.ts';
import type { Sha256 } from './ports.ts';
import { MAX_SEGMENT_BYTES } from './segment-writer.ts';
import { SNIFFED_BYTES, type Sniffed, sniff } from './sniff.ts';
import { isIntact } from './verify.ts';

/** A file that a person gave, from wherever it came. */
export interface ImportedFile {
  readonly name: string;
  readonly lastModified: number;
  readonly data: Blob;
  /** What a library that it comes from says of it. */
  readonly known?: KnownVideo;
}

export interface KnownVideo {
  readonly id: VideoId;
  readonly create: VideoCreate;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Lower-case hex; other bytes are not this video. */
  readonly sha256: string | null;
  readonly poster: Blob | null;
}

export interface ImportDeps {
  readonly tables: MediaTables;
  readonly imports: ImportTables;
  readonly sha256: () => Promise<Sha256>;
  readonly measure: (file: Blob, container: Sniffed) => Promise<Measured>;
  readonly capture: (file: Blob) => Promise<Captured>;
  /** What this origin uses and may use, bytes; null where the browser does not say. */
  readonly estimate: () => Promise<{ readonly usage: number; readonly quota: number } | null>;
  /** Bytes written so far. */
  readonly onStored: (bytes: number) => void;
  readonly signal: AbortSignal;
  readonly maxSegmentBytes?: number;
}

/** Why a file is no video for us; nothing of it was stored. */
export type ImportRefusal =
  | 'empty'
  | 'unreadable'
  | 'not_video'
  | 'picture'
  | 'audio'
  | 'other_video'
  | 'truncated'
  | 'damaged';

export type ImportOutcome =
  /** `playable` is false where this browser cannot show it: it is kept all the same. */
  | { readonly kind: 'imported'; readonly id: VideoId; readonly playable: boolean }
  | ({ readonly kind: 'duplicate' } & Twin)
  | { readonly kind: 'refused'; readonly reason: ImportRefusal }
  /** It would not fit, by what the browser says of itself; nothing was written. */
  | { readonly kind: 'no_room'; readonly needed: number; readonly free: number }
  /** It did not fit after all: Chromium tells every origin the same 10 GiB. What was written is removed again. */
  | { readonly kind: 'filled_up'; readonly needed: number; readonly written: number }
  /** What this device gave back was not what it was given. */
  | { readonly kind: 'not_kept' }
  | { readonly kind: 'stopped' };

/** The browser's own share of what it keeps: rows, indexes, what it rounds up. */
const USABLE = 0.95;

/**
 * Brings a person's own video into the library of this device. It is measured where it lies, so that
 * what is no video is refused before a byte is stored; its bytes are staged, hashed, read back and hashed
 * again; one transaction makes a video of them. A crash before that leaves staged bytes that
 * `dropOrphans` frees.
 */
export async function importFile(deps: ImportDeps, file: ImportedFile): Promise<ImportOutcome> {
  const id = file.known?.id ?? v.parse(VideoIdSchema, uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10))));
  if (!('locks' in navigator)) return importAs(deps, id, file);
  return navigator.locks.request(importLock(id), () => importAs(deps, id, file));
}

async function importAs(deps: ImportDeps, id: VideoId, file: ImportedFile): Promise<ImportOutcome> {
  const measured = await examine(deps, file.data);
  if (measured.kind === 'refused') return measured;
  const needed = file.data.size;
  const free = await freeRoom(deps);
  if (free !== null && free < needed) return { kind: 'no_room', needed, free };
  try {
    const outcome = await keep(deps, { id, file, measures: measured.measures });
    if (outcome.kind !== 'imported') await deps.imports.abandon(id);
    return outcome;
  } catch (error) {
    // What cannot be removed now is an orphan as soon as the lock is given back.
    await deps.imports.abandon(id).catch(() => undefined);
    throw error;
  }
}

async function examine(
  deps: ImportDeps,
  data: Blob,
): Promise<Extract<Measured, { kind: 'video' }> | { readonly kind: 'refused'; readonly reason: ImportRefusal }> {
  if (data.size === 0) return { kind: 'refused', reason: 'empty' };
  const head = await read(data, SNIFFED_BYTES);
  if (!head) return { kind: 'refused', reason: 'unreadable' };
  const container = sniff(head);
  if (container === 'unknown') return { kind: 'refused', reason: 'not_video' };
  if (container === 'picture' || container === 'audio' || container === 'other_video') {
    return { kind: 'refused', reason: container };
  }
  return deps.measure(data, container);
}

async function keep(
  deps: ImportDeps,
  video: { readonly id: VideoId; readonly file: ImportedFile; readonly measures: Measures },
): Promise<ImportOutcome> {
  const { tables, imports, signal } = deps;
  const { id, file, measures } = video;
  const needed = file.data.size;
  const stored = await store(deps, { id, data: file.data, contentType: measures.contentType });
  if (stored === 'quota') return filledUp(deps, id, needed);
  if (stored === 'unreadable') return { kind: 'refused', reason: 'unreadable' };
  if (stored === 'superseded') return { kind: 'not_kept' };
  if (stored === 'stopped') return { kind: 'stopped' };
  const { known } = file;
  if (known?.sha256 && known.sha256 !== stored.sha256) return { kind: 'refused', reason: 'damaged' };
  const twin = known ? null : await imports.twin(stored.sha256);
  if (twin) return { kind: 'duplicate', ...twin };

  const staged = await tables.copy(id);
  const intact = staged && (await isIntact(deps, { ...staged, etag: `"${stored.sha256}"` }));
  if (signal.aborted) return { kind: 'stopped' };
  if (!intact) return { kind: 'not_kept' };
  const captured = known?.poster ? null : await deps.capture(file.data.slice(0, needed, measures.contentType));
  const picture = captured?.kind === 'picture' ? captured : null;
  const poster = known?.poster ?? picture?.data ?? null;
  const thumbhash = picture?.thumbhash ?? null;
  const title = fileTitle(file.name);
  const committed = await imports.commit({
    id,
    sha256: stored.sha256,
    from: known ? 'library' : 'file',
    fields: known?.fields ?? (title === null ? {} : { title }),
    create: known
      ? { ...known.create, thumbhash: known.create.thumbhash ?? thumbhash }
      : ownCreate(file, measures, thumbhash),
    poster: poster && { data: await storable(tables, poster), contentType: poster.type },
  });
  switch (committed.kind) {
    case 'imported':
      return { kind: 'imported', id, playable: captured?.kind !== 'unplayable' };
    case 'duplicate':
      return committed;
    case 'quota':
      return filledUp(deps, id, needed);
    case 'superseded':
      return { kind: 'not_kept' };
  }
}

function ownCreate({ lastModified }: ImportedFile, measures: Measures, thumbhash: string | null): VideoCreate {
  return v.parse(VideoCreateSchema, {
    ...measures,
    origin: 'imported',
    thumbhash,
    capturedAt: lastModified > 0 ? Math.min(lastModified, Date.now()) : null,
    createdAt: Date.now(),
  });
}

async function filledUp({ tables }: ImportDeps, id: VideoId, needed: number): Promise<ImportOutcome> {
  return { kind: 'filled_up', needed, written: (await tables.copy(id))?.received ?? 0 };
}

/** Copies a file into segments and hashes it on the way; the bytes go from disk to disk, past this page's memory. */
async function store(
  { tables, sha256, onStored, signal, maxSegmentBytes = MAX_SEGMENT_BYTES }: ImportDeps,
  video: { readonly id: VideoId; readonly data: Blob; readonly contentType: string },
): Promise<{ readonly sha256: string } | 'quota' | 'superseded' | 'unreadable' | 'stopped'> {
  const { id, data, contentType } = video;
  const copy = { copyId: id, etag: STAGED };
  const begun = await tables.begin({ ...copy, total: data.size, contentType });
  if (begun !== 'written') return begun;
  const hash = await sha256();
  const asBlobs = await tables.storesBlobs();
  for (let offset = 0; offset < data.size; offset += maxSegmentBytes) {
    if (signal.aborted) return 'stopped';
    const segment = data.slice(offset, offset + maxSegmentBytes);
    // Changed, moved or taken away since it was chosen.
    if ((await hashBlob(segment, hash)) !== Math.min(maxSegmentBytes, data.size - offset)) return 'unreadable';
    const written = await tables.append({ ...copy, offset }, asBlobs ? segment : await segment.arrayBuffer());
    if (written !== 'written') return written;
    onStored(offset + segment.size);
  }
  return { sha256: await hash.hex() };
}

function read(data: Blob, length: number): Promise<Uint8Array<ArrayBuffer> | null> {
  return data
    .slice(0, length)
    .arrayBuffer()
    .then(
      (buffer) => new Uint8Array(buffer),
      () => null,
    );
}

/** Bytes that may still be stored here; null where the browser does not say. */
export async function freeRoom({ estimate }: Pick<ImportDeps, 'estimate'>): Promise<number | null> {
  const known = await estimate();
  return known && Math.max(0, Math.floor(known.quota * USABLE) - known.usage);
}
