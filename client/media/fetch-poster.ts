import type { VideoId } from '../../sync/ids.ts';
import type { PosterRecord } from '../data/database.ts';
import type { MediaTables } from '../data/media-tables.ts';
import type { Fetch } from './ports.ts';

export type PosterOutcome =
  | 'kept'
  | 'absent'
  /** No answer came. */
  | 'silent'
  /** Answered, but with no picture. */
  | 'unfit'
  | 'unauthorized'
  | 'quota'
  | 'stopped';

/** Brings the poster of a video onto this device. */
export async function fetchPoster(
  deps: { readonly tables: MediaTables; readonly fetch: Fetch; readonly signal: AbortSignal },
  id: VideoId,
): Promise<PosterOutcome> {
  const signal = AbortSignal.any([deps.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const init: RequestInit = { signal, redirect: 'error', headers: { accept: 'image/*' } };
  const response = await deps.fetch(`/media/${id}/poster`, init).catch(() => null);
  if (deps.signal.aborted) return 'stopped';
  if (response === null) return 'silent';
  if (response.status === 401) return 'unauthorized';
  if (response.status === 404) return 'absent';
  return response.status === 200 ? keepPoster(deps.tables, id, response) : 'unfit';
}

/** Writes a poster that was just received; an answer that is no picture is not kept. */
export async function keepPoster(
  tables: MediaTables,
  videoId: VideoId,
  response: Response,
): Promise<'kept' | 'unfit' | 'quota'> {
  const contentType = response.headers.get('content-type') ?? '';
  const data = await response.blob().catch(() => null);
  if (!data || data.size === 0 || data.size > MAX_BYTES || !isPicture(contentType)) return 'unfit';
  const outcome = await tables.putPoster({ videoId, contentType, data: await storable(tables, data) });
  return outcome === 'written' ? 'kept' : 'quota';
}

const TIMEOUT_MS = 30_000;
/** Five times what the server takes for a poster. */
const MAX_BYTES = 1024 * 1024;

/** Raster only: an SVG could carry script into this origin. */
function isPicture(contentType: string): boolean {
  return /^image\/(webp|jpeg|png|avif|gif)\b/.test(contentType);
}

/** A picture in the form that this browser gives back. */
export async function storable(tables: MediaTables, data: Blob): Promise<PosterRecord['data']> {
  return (await tables.storesBlobs()) ? data : data.arrayBuffer();
}
