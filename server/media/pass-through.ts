import type { AppDeps } from '../deps.ts';
import { HttpError } from '../errors.ts';
import type { SqlRow } from '../sync/rows.ts';
import { mediaReply, safeVideoType } from './reply.ts';
import { type MediaSource, sourceOf } from './source.ts';

/** Shows a video that is not stored yet from where it still is; nothing of it may be kept. */
export async function passThrough(deps: AppDeps, video: SqlRow, request: Request): Promise<Response> {
  const source = await sourceOf(deps.db, video);
  switch (source.kind) {
    case 'provider':
      return fromProvider(deps, source, request);
    case 'remote':
      return fromRemote(deps, source, request);
    default:
      throw new HttpError({ status: 404, code: 'not_stored', message: 'The bytes of this video are not here yet' });
  }
}

type SourceOf<Kind extends MediaSource['kind']> = Extract<MediaSource, { kind: Kind }>;

async function fromProvider({ provider }: AppDeps, { url }: SourceOf<'provider'>, request: Request): Promise<Response> {
  const output = await provider.openOutput(url);
  if (!output) throw unavailable('The provider no longer has this video');
  const { size, contentType, read } = output;
  return mediaReply(request, { size, contentType, etag: null, open: async (range) => read(range) });
}

const PASSED_HEADERS = ['accept-ranges', 'content-length', 'content-range'];

async function fromRemote({ remote }: AppDeps, { url }: SourceOf<'remote'>, request: Request): Promise<Response> {
  const range = request.headers.get('range');
  const reply = await remote(url, {
    method: request.method === 'HEAD' ? 'HEAD' : 'GET',
    // Without a tag of ours no If-Range can match, and then the range does not count.
    headers: range !== null && !request.headers.has('if-range') ? { range } : {},
    signal: request.signal,
  });
  if (reply.kind !== 'reply') throw unavailable('The provider could not be reached');
  const { status, body, headers: theirs } = reply;
  if (status !== 200 && status !== 206 && status !== 416) {
    await body?.cancel();
    throw unavailable(`The provider answered ${status}`);
  }
  const headers = new Headers({
    'cache-control': 'no-store',
    'content-type': safeVideoType(theirs.get('content-type')),
    'x-content-type-options': 'nosniff',
  });
  const isCoded = (theirs.get('content-encoding') ?? 'identity') !== 'identity';
  for (const name of isCoded ? [] : PASSED_HEADERS) {
    const value = theirs.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(body, { status, headers });
}

function unavailable(message: string): HttpError {
  return new HttpError({ status: 502, code: 'provider_unavailable', message });
}
