import { open, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { isNavigation } from './navigation.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/**
 * Serves the built client: its files, and `index.html` for any other path that a person navigates
 * to. A missing file stays missing, so that a script tag never receives a page.
 */
export function createAssets(root: string): (request: Request) => Promise<Response | null> {
  return async (request) => {
    const path = filePath(root, new URL(request.url).pathname);
    const found = path && (await respond(path, request));
    if (found || !isNavigation(request)) return found || null;
    return respond(join(root, 'index.html'), request);
  };
}

/** Null for what leads out of the root or cannot be a file's name. */
function filePath(root: string, pathname: string): string | null {
  try {
    const path = normalize(join(root, decodeURIComponent(pathname)));
    return path.startsWith(root + sep) && !path.includes('\0') ? path : null;
  } catch {
    return null;
  }
}

async function respond(path: string, request: Request): Promise<Response | null> {
  const info = await stat(path).catch(() => null);
  if (!info?.isFile()) return null;
  const etag = `W/"${info.size.toString(36)}-${Math.floor(info.mtimeMs).toString(36)}"`;
  const headers = {
    'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
    'Cache-Control': path.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: etag,
  };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  const withLength = { ...headers, 'Content-Length': String(info.size) };
  if (request.method === 'HEAD') return new Response(null, { headers: withLength });
  const file = await open(path);
  return new Response(Readable.toWeb(file.createReadStream()), { headers: withLength });
}
