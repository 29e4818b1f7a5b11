import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { type UserId, type VideoId, VideoIdSchema } from '../../sync/ids.ts';
import type { AppDeps, AppEnv } from '../deps.ts';
import { HttpError, notFound } from '../errors.ts';
import { posterKey, videoKey } from '../media/blob-store/blob-store.ts';
import { keepPoster } from '../media/keep-poster.ts';
import { passThrough } from '../media/pass-through.ts';
import { isWebp, MAX_POSTER_BYTES } from '../media/poster.ts';
import { downloadAs, mediaReply, safeVideoType } from '../media/reply.ts';
import type { SqlRow } from '../sync/rows.ts';
import { findVideo } from './video-edits.ts';

/**
 * `/media/:id`: the one URL of a video, in the gallery, in a player and as a download. Hono answers
 * HEAD from the GET handlers, which open nothing then.
 */
export function mediaRoutes(deps: AppDeps): Hono<AppEnv> {
  const { db, blobs } = deps;

  async function find(c: Context<AppEnv>): Promise<{ user: UserId; video: VideoId; row: SqlRow }> {
    const user = c.var.user.id;
    const id = v.safeParse(VideoIdSchema, c.req.param('id'));
    if (!id.success) throw notFound('Video');
    const row = await findVideo(db, user, id.output);
    return { user, video: v.parse(VideoIdSchema, row.id), row };
  }

  async function stored(request: Request, place: { user: UserId; video: VideoId; row: SqlRow }): Promise<Response> {
    const { row } = place;
    const sha256 = String(row.sha256);
    const open = async (range?: { start: number; end: number }) => {
      const bytes = await blobs.read(videoKey(place, sha256), range);
      if (!bytes) throw new Error(`the blob of ${place.video} is gone`);
      return bytes;
    };
    const contentType = safeVideoType(contentTypeOf(row));
    return mediaReply(request, { size: Number(row.bytes), contentType, etag: `"${sha256}"`, open });
  }

  return new Hono<AppEnv>()
    .get('/media/:id', async (c) => {
      const found = await find(c);
      const reply =
        found.row.media_state === 'stored'
          ? await stored(c.req.raw, found)
          : await passThrough(deps, found.row, c.req.raw);
      if (reply.ok && c.req.query('download') === '1') {
        const name = downloadAs(String(found.row.title ?? ''), reply.headers.get('content-type') ?? '');
        reply.headers.set('content-disposition', name);
      }
      return reply;
    })
    .get('/media/:id/poster', async (c) => {
      const { user, video, row } = await find(c);
      const key = posterKey({ user, video });
      const size = row.poster_at === null ? null : await blobs.size(key);
      if (size === null) throw notFound('Poster');
      const open = async () => {
        const bytes = await blobs.read(key);
        if (!bytes) throw notFound('Poster');
        return bytes;
      };
      // A poster never changes once it is there.
      return mediaReply(c.req.raw, { size, contentType: 'image/webp', etag: `"${Number(row.poster_at)}"`, open });
    })
    .put('/media/:id/poster', async (c) => {
      const { user, video, row } = await find(c);
      const bytes = await readPoster(c.req.raw);
      if (row.poster_at !== null) return c.json({ success: true, data: { created: false } });
      if (!(await keepPoster(deps, { user, video, bytes }))) throw notFound('Video');
      return c.json({ success: true, data: { created: true } }, 201);
    });
}

const CreationSchema = v.pipe(v.string(), v.parseJson(), v.object({ contentType: v.nullish(v.string()) }));

function contentTypeOf(row: SqlRow): string | null {
  return v.parse(CreationSchema, row.creation).contentType ?? null;
}

/** The picture that was sent, read no further than a poster may be long. */
async function readPoster({ body, headers }: Request): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(MAX_POSTER_BYTES);
  let length = 0;
  if (Number(headers.get('content-length') ?? 0) > MAX_POSTER_BYTES) throw tooLarge();
  for await (const chunk of body ?? []) {
    if (length + chunk.byteLength > MAX_POSTER_BYTES) throw tooLarge();
    bytes.set(chunk, length);
    length += chunk.byteLength;
  }
  const poster = bytes.slice(0, length);
  if (isWebp(poster)) return poster;
  throw new HttpError({ status: 415, code: 'unsupported_media_type', message: 'A poster must be a WebP picture' });
}

function tooLarge(): HttpError {
  return new HttpError({ status: 413, code: 'too_large', message: `A poster has at most ${MAX_POSTER_BYTES} bytes` });
}
