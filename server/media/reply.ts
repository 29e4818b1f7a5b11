import { extensionOf, safeName } from '../../sync/file-name.ts';
import { evaluateRange, isNotModified } from '../../sync/ranges.ts';
import type { ByteRange, Bytes } from './blob-store/blob-store.ts';

/** Something of a known size that can be opened at any place. */
export interface Representation {
  readonly size: number;
  readonly contentType: string;
  /** Quoted and strong; null where the bytes may still change. */
  readonly etag: string | null;
  readonly open: (range?: ByteRange) => Promise<Bytes>;
}

/** The answer of RFC 9110 to a GET or HEAD; a HEAD opens nothing. */
export async function mediaReply(
  request: { readonly method: string; readonly headers: Headers },
  { size, contentType, etag, open }: Representation,
): Promise<Response> {
  const { method, headers: asked } = request;
  const headers = new Headers({
    'accept-ranges': 'bytes',
    'cache-control': etag === null ? 'no-store' : 'private, no-cache',
    'content-type': contentType,
    'x-content-type-options': 'nosniff',
  });
  if (etag !== null) {
    headers.set('etag', etag);
    if (isNotModified(asked.get('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  }
  const answer = evaluateRange({
    method,
    range: asked.get('range'),
    ifRange: asked.get('if-range'),
    size,
    etag,
  });
  switch (answer.kind) {
    case 'unsatisfiable':
      headers.set('content-range', `bytes */${size}`);
      headers.set('content-length', '0');
      return new Response(null, { status: 416, headers });
    case 'partial': {
      const { start, end } = answer;
      headers.set('content-range', `bytes ${start}-${end}/${size}`);
      headers.set('content-length', String(end - start + 1));
      return new Response(await open({ start, end }), { status: 206, headers });
    }
    case 'full':
      headers.set('content-length', String(size));
      return new Response(method === 'HEAD' ? null : await open(), { status: 200, headers });
  }
}

const CONTAINERS: ReadonlySet<string> = new Set([
  'video/mp4',
  'video/webm',
  'video/quicktime',
  'video/x-matroska',
  'video/mp2t',
]);

/** A type that a browser plays and never runs, whatever somebody said it is, and with whatever parameters. */
export function safeVideoType(said: string | null): string {
  const type = said?.split(';')[0]?.trim().toLowerCase() ?? '';
  return CONTAINERS.has(type) ? type : 'video/mp4';
}

/** `Content-Disposition` for a download under a name that every file system takes. */
export function downloadAs(name: string, contentType: string): string {
  return attachment(`${safeName(name) || 'video'}.${extensionOf(contentType)}`);
}

/** `Content-Disposition` for a file of this name. */
export function attachment(file: string): string {
  const ascii = file.replace(/[^\x20-\x7e]/g, '_').replace(/%/g, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${percentEncode(file)}`;
}

/** RFC 8187. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
