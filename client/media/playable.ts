import type { VideoId } from '../../sync/ids.ts';
import { createCopyReads } from '../data/copy-reads.ts';
import type { UserDatabase } from '../data/database.ts';
import { copyBody } from './copy-body.ts';

/** Something a media element can play; `release` gives back what it holds. */
export interface Playable {
  readonly url: string;
  readonly release: () => void;
}

/**
 * A URL that plays a video now. It is the one same-origin URL of the video wherever the service
 * worker answers for it; where none controls the page, a verified copy is played as a blob.
 */
export async function playable(db: UserDatabase, id: VideoId): Promise<Playable> {
  const url = `/media/${id}`;
  const blob = isControlled() ? null : await localFile(db, id);
  if (!blob) return { url, release: () => undefined };
  const objectUrl = URL.createObjectURL(blob);
  return { url: objectUrl, release: () => URL.revokeObjectURL(objectUrl) };
}

function isControlled(): boolean {
  return 'serviceWorker' in navigator && navigator.serviceWorker.controller !== null;
}

/** The whole file by reference, without bringing it into memory; null where it is not all here. */
export async function localFile(db: UserDatabase, id: VideoId): Promise<Blob | null> {
  const reads = createCopyReads(db);
  const row = await reads.video(id);
  const copy = row && (await reads.copy(row.copyId));
  if (copy?.state !== 'verified') return null;
  const body = await copyBody(reads, copy, { start: 0, end: copy.total - 1 });
  const blob = body instanceof ReadableStream ? await new Response(body).blob() : body;
  return blob ? new Blob([blob], { type: copy.contentType }) : null;
}
