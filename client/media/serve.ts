import type { VideoId } from '../../sync/ids.ts';
import { evaluateRange, isNotModified } from '../../sync/ranges.ts';
import type { CopyRecord } from '../data/database.ts';
import type { MediaTables } from '../data/media-tables.ts';
import { copyBody } from './copy-body.ts';
import { keepPoster } from './fetch-poster.ts';

export interface MediaServerDeps {
  /** The tables of the person who uses this browser now; null where nobody is signed in. */
  readonly tables: () => Promise<MediaTables | null>;
  /** Rejects where no answer came. */
  readonly network: (request: Request) => Promise<Response>;
  /** Hears of what the local database threw; the request is answered from the network all the same. */
  readonly onStorageError: (error: unknown) => void;
}

/** Answers for `/media/:id` and `/media/:id/poster` from this device first. Never rejects. */
export interface MediaServer {
  readonly media: (id: VideoId, request: Request) => Promise<Response>;
  /** @param later is handed what goes on after the answer, so that the worker is kept alive for it */
  readonly poster: (id: VideoId, request: Request, later: (work: Promise<unknown>) => void) => Promise<Response>;
}

export function createMediaServer(deps: MediaServerDeps): MediaServer {
  const local = async <T>(read: (tables: MediaTables) => Promise<T | null>): Promise<T | null> => {
    try {
      const tables = await deps.tables();
      return tables && (await read(tables));
    } catch (error) {
      deps.onStorageError(error);
      return null;
    }
  };

  return {
    media: async (id, request) => {
      const kept = await local((tables) => answerFromCopy(tables, id, request));
      return kept ?? deps.network(request).catch(unreachable);
    },
    poster: async (id, request, later) => {
      const kept = await local((tables) => answerFromPosters(tables, id));
      if (kept) return kept;
      const response = await deps.network(request).catch(() => null);
      if (response?.status === 200 && request.method === 'GET') {
        const copy = response.clone();
        later(local((tables) => keepIfKnown(tables, id, copy)));
      }
      return response ?? neutralPoster();
    },
  };
}

/** The answer of RFC 9110 from a verified copy; null where there is none. */
async function answerFromCopy(tables: MediaTables, id: VideoId, request: Request): Promise<Response | null> {
  const row = await tables.video(id);
  const copy = row && (await tables.copy(row.copyId));
  if (copy?.state !== 'verified') return null;
  const { headers, method } = request;
  if (isNotModified(headers.get('if-none-match'), copy.etag)) {
    return new Response(null, { status: 304, headers: { 'cache-control': CACHING, etag: copy.etag } });
  }
  const range = evaluateRange({
    method,
    range: headers.get('range'),
    ifRange: headers.get('if-range'),
    size: copy.total,
    etag: copy.etag,
  });
  if (range.kind === 'unsatisfiable') {
    return new Response(null, {
      status: 416,
      headers: { ...headersOf(copy, 0), 'content-range': `bytes */${copy.total}` },
    });
  }
  const { start, end } = range.kind === 'partial' ? range : { start: 0, end: copy.total - 1 };
  const body = method === 'HEAD' ? null : await copyBody(tables, copy, { start, end });
  if (method !== 'HEAD' && body === null) {
    // Damaged on the disk: dropped, so that it is fetched again.
    await tables.discard(copy);
    return null;
  }
  const described = headersOf(copy, end + 1 - start);
  return range.kind === 'partial'
    ? new Response(body, {
        status: 206,
        headers: { ...described, 'content-range': `bytes ${start}-${end}/${copy.total}` },
      })
    : new Response(body, { status: 200, headers: described });
}

/** Bytes of a provider must not run as a page of this origin. */
function headersOf(copy: CopyRecord, length: number): Record<string, string> {
  return {
    'accept-ranges': 'bytes',
    'cache-control': CACHING,
    'content-length': String(length),
    'content-type': copy.contentType.startsWith('video/') ? copy.contentType : 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    etag: copy.etag,
  };
}

async function answerFromPosters(tables: MediaTables, id: VideoId): Promise<Response | null> {
  const row = await tables.video(id);
  const poster = (await tables.poster(row?.id ?? id)) ?? (await tables.poster(id));
  if (!poster) return null;
  const { contentType, data } = poster;
  return new Response(data, {
    headers: { 'cache-control': CACHING, 'content-type': contentType, 'x-content-type-options': 'nosniff' },
  });
}

/** Only beside its row, or nothing would ever take it away again. */
async function keepIfKnown(tables: MediaTables, id: VideoId, response: Response): Promise<null> {
  const row = await tables.video(id);
  if (row) await keepPoster(tables, row.id, response);
  return null;
}

function unreachable(): Response {
  const error = 'This video is not on this device, and the server could not be reached';
  const init = { status: 504, headers: { 'cache-control': 'no-store' } };
  return Response.json({ success: false, error, code: 'offline' }, init);
}

/** One transparent pixel: what stands behind the picture shows through, rather than a broken image. */
function neutralPoster(): Response {
  const bytes = Uint8Array.from(atob(PIXEL), (char) => char.charCodeAt(0));
  return new Response(bytes, { headers: { 'cache-control': 'no-store', 'content-type': 'image/gif' } });
}

/** Asked for anew each time, so that one user's answer is never another's. */
const CACHING = 'private, no-cache';
const PIXEL = 'R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';
