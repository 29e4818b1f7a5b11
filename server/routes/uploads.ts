import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { VideoIdSchema } from '../../sync/ids.ts';
import type { AppDeps, AppEnv } from '../deps.ts';
import { type ErrorEnvelope, HttpError, notFound } from '../errors.ts';
import { MAX_VIDEO_BYTES } from '../media/fetch-blob.ts';
import type { UploadStore } from '../media/upload-store/upload-store.ts';
import { beginUpload } from '../media/uploads/begin-upload.ts';
import { endStatements, removeUpload } from '../media/uploads/end-upload.ts';
import { UploadMetadataSchema } from '../media/uploads/metadata.ts';
import { receivePart } from '../media/uploads/receive-part.ts';
import { findUpload, keyOf, lockUpload, type Upload } from '../media/uploads/upload.ts';
import { newNonce } from '../sync/heads.ts';
import { parseInput } from './body.ts';
import {
  CHECKSUM_ALGORITHMS,
  readChecksum,
  readCount,
  requireOffsetStream,
  requireVersion,
  TUS_EXTENSIONS,
  TUS_VERSION,
} from './tus.ts';
import { findVideo } from './video-edits.ts';

/** When a client that met another one may try again; less than a dead one holds an upload. */
const LOCKED_FOR_S = 2;

/**
 * tus 1.0.0 with creation, expiration, checksum and termination. What a device reads beyond tus:
 * a creation may answer with the upload that was begun before for the same bytes, its
 * `Upload-Offset` says how far it is; 409 `already_stored` means that nothing is left to do, 409
 * `stored_otherwise` that the video has other bytes, 422 `refused_before` that these are no video. An
 * upload that is whole or done has its length as offset; one whose bytes were refused is 410.
 */
export function uploadRoutes(deps: AppDeps): Hono<AppEnv> {
  const { db, clock, random } = deps;

  /** @throws HttpError 501 where this runtime has nowhere to keep parts */
  function open(c: Context<AppEnv>): UploadStore {
    c.header('Tus-Resumable', TUS_VERSION);
    if (deps.uploads) return deps.uploads;
    throw new HttpError({ status: 501, code: 'not_available', message: 'This server takes no uploads' });
  }

  function openTus(c: Context<AppEnv>): UploadStore {
    const uploads = open(c);
    requireVersion(c);
    return uploads;
  }

  async function find(c: Context<AppEnv>): Promise<Upload> {
    const upload = await findUpload(db, c.var.user.id, c.req.param('id') ?? '');
    if (!upload) throw notFound('Upload');
    if (upload.expiresAt <= clock()) throw gone('expired', 'The upload has expired');
    return upload;
  }

  const offsetOf = async (uploads: UploadStore, upload: Upload) =>
    upload.state === 'receiving' ? uploads.size(keyOf(upload)) : upload.length;

  async function create(c: Context<AppEnv>): Promise<Response> {
    const uploads = openTus(c);
    const user = c.var.user.id;
    const length = readCount(c, 'Upload-Length');
    const header = c.req.header('Upload-Metadata') ?? '';
    const { 'Upload-Metadata': metadata } = parseInput(v.object({ 'Upload-Metadata': UploadMetadataSchema }), {
      'Upload-Metadata': header,
    });
    if (length === 0) throw new HttpError({ status: 400, code: 'empty', message: 'The file is empty' });
    if (length > MAX_VIDEO_BYTES) {
      throw new HttpError({ status: 413, code: 'too_large', message: 'The video is larger than 4 GiB' });
    }
    const row = metadata.videoId === undefined ? null : await findVideo(db, user, metadata.videoId);
    const video = row && v.parse(VideoIdSchema, row.id);
    const begun = await beginUpload(deps, { user, video, length, header, metadata });
    switch (begun.kind) {
      case 'begun':
        if (begun.isNew && row?.media_state === 'none') deps.metrics.completed(1);
        c.header('Location', `/api/uploads/${begun.upload.id}`);
        c.header('Upload-Offset', String(await offsetOf(uploads, begun.upload)));
        c.header('Upload-Expires', httpDate(begun.upload.expiresAt));
        return c.body(null, 201);
      case 'already_stored':
        throw conflict(begun.kind, 'The video is stored already');
      case 'stored_otherwise':
        throw conflict(begun.kind, 'The video is stored with other bytes');
      case 'refused_before':
        throw new HttpError({ status: 422, code: begun.kind, message: begun.message });
      case 'no_video':
        throw notFound('Video');
      case 'too_many':
        c.header('Retry-After', '3600');
        throw new HttpError({ status: 429, code: 'too_many_uploads', message: 'Too many uploads are unfinished' });
    }
  }

  /** HEAD is what tus asks; GET says it as JSON, for people and scripts. */
  async function tell(c: Context<AppEnv>): Promise<Response> {
    const uploads = c.req.method === 'HEAD' ? openTus(c) : open(c);
    const upload = await find(c);
    const { state, length, video, error, metadata } = upload;
    const offset = await offsetOf(uploads, upload);
    if (c.req.method !== 'HEAD') {
      return c.json({ success: true, data: { state, offset, length, video_id: video, error } });
    }
    requireBytes(upload);
    c.header('Upload-Offset', String(offset));
    c.header('Upload-Length', String(length));
    if (metadata !== '') c.header('Upload-Metadata', metadata);
    if (state === 'receiving') c.header('Upload-Expires', httpDate(upload.expiresAt));
    return c.body(null, 200);
  }

  async function patch(c: Context<AppEnv>): Promise<Response> {
    const uploads = openTus(c);
    requireOffsetStream(c);
    const offset = readCount(c, 'Upload-Offset');
    const checksum = readChecksum(c);
    const upload = await find(c);
    requireBytes(upload);
    if (upload.state !== 'receiving' && offset !== upload.length) throw wrongOffset(c, upload.length);
    if (offset + Number(c.req.header('Content-Length') ?? 0) > upload.length) throw tooLong();
    if (upload.state !== 'receiving') return kept(c, upload.length, upload.expiresAt);
    const bytes = c.req.raw.body ?? new Blob([]).stream();
    const received = await receivePart({ ...deps, uploads }, upload, { offset, bytes, checksum });
    switch (received.kind) {
      case 'kept':
        return kept(c, received.size, received.expiresAt);
      case 'elsewhere':
        throw wrongOffset(c, received.size);
      case 'too_long':
        throw tooLong();
      case 'locked':
        throw (await findUpload(db, upload.user, upload.id)) ? locked(c) : notFound('Upload');
      case 'mismatch':
        return mismatch();
      case 'no_space':
        throw new HttpError({ status: 507, code: 'no_space', message: 'The server has no room left' });
      case 'broke_off':
        throw new HttpError({ status: 400, code: 'broke_off', message: 'The body ended before its end' });
    }
  }

  async function terminate(c: Context<AppEnv>): Promise<Response> {
    const uploads = openTus(c);
    const held = await lockUpload(db, await find(c), clock());
    if (!held) throw locked(c);
    const commit = { now: clock(), nonce: newNonce(random) };
    await db.sql.batch(endStatements(held, { kind: 'dropped' }, commit), 'write');
    await removeUpload({ db, uploads }, held);
    return c.body(null, 204);
  }

  return new Hono<AppEnv>()
    .options('/api/uploads', (c) => {
      open(c);
      c.header('Tus-Version', TUS_VERSION);
      c.header('Tus-Extension', TUS_EXTENSIONS);
      c.header('Tus-Max-Size', String(MAX_VIDEO_BYTES));
      c.header('Tus-Checksum-Algorithm', CHECKSUM_ALGORITHMS);
      return c.body(null, 204);
    })
    .post('/api/uploads', create)
    .get('/api/uploads/:id', tell)
    .patch('/api/uploads/:id', patch)
    .delete('/api/uploads/:id', terminate)
    .post('/api/uploads/:id', (c) => {
      // For clients behind something that lets no other methods through.
      const method = c.req.header('X-HTTP-Method-Override')?.toUpperCase();
      if (method === 'PATCH') return patch(c);
      if (method === 'DELETE') return terminate(c);
      throw notFound('Resource');
    });
}

function kept(c: Context, offset: number, expiresAt: number): Response {
  c.header('Upload-Offset', String(offset));
  c.header('Upload-Expires', httpDate(expiresAt));
  return c.body(null, 204);
}

/** @throws HttpError 410 where its bytes were given up */
function requireBytes({ state, error }: Upload): void {
  if (state === 'failed' || state === 'refused') throw gone(state, error ?? 'The upload failed');
}

function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

function wrongOffset(c: Context, offset: number): HttpError {
  c.header('Upload-Offset', String(offset));
  return conflict('offset_mismatch', `The upload goes on at ${offset}`);
}

function locked(c: Context): HttpError {
  c.header('Retry-After', String(LOCKED_FOR_S));
  return new HttpError({ status: 423, code: 'locked', message: 'Another request has this upload' });
}

function conflict(code: string, message: string): HttpError {
  return new HttpError({ status: 409, code, message });
}

function gone(code: string, message: string): HttpError {
  return new HttpError({ status: 410, code, message });
}

/** Its status is one of tus alone. */
function mismatch(): Response {
  const body: ErrorEnvelope = { success: false, error: 'The part has another checksum', code: 'checksum_mismatch' };
  return Response.json(body, { status: 460, headers: { 'Tus-Resumable': TUS_VERSION } });
}

function tooLong(): HttpError {
  return new HttpError({ status: 413, code: 'too_long', message: 'The upload has fewer bytes left' });
}
