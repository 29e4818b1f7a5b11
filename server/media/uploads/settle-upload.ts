import * as v from 'valibot';
import { retryDelay } from '../../../sync/backoff.ts';
import { nextStamp, ZERO_STAMP } from '../../../sync/hlc.ts';
import { SERVER_DEVICE } from '../../../sync/ids.ts';
import { VideoCreateSchema } from '../../../sync/records.ts';
import type { Statement } from '../../db/database.ts';
import { videoInsertStatements } from '../../sync/commit.ts';
import { newNonce } from '../../sync/heads.ts';
import { type BlobKey, type ByteRange, videoKey } from '../blob-store/blob-store.ts';
import { hashBytes } from '../fetch-blob.ts';
import { holdLease, type Lease } from '../lease.ts';
import { measureVideo, type StoredBytes } from '../measure.ts';
import { safeVideoType } from '../reply.ts';
import { settleStored } from '../settle-stored.ts';
import { type End, endStatements, removeUpload } from './end-upload.ts';
import { titleOf, UploadMetadataSchema } from './metadata.ts';
import { EXPIRES_MS, JOB_LEASE_MS, keyOf, renewUpload, type Upload, updateHeld } from './upload.ts';
import type { UploadDeps } from './upload-deps.ts';

/**
 * Does what is due with an upload: makes a stored video of one that is whole, removes one that is over.
 * It may be killed anywhere and run again: bytes are moved before anything says that they are there,
 * and found again by their hash.
 */
export async function settleUpload(deps: UploadDeps, claimed: Upload): Promise<void> {
  const renew = (upload: Upload, now: number) => renewUpload(deps.db, upload, now + JOB_LEASE_MS);
  const lease = holdLease(deps, { of: claimed, leaseMs: JOB_LEASE_MS, renew });
  try {
    await settleHeld(deps, claimed, lease);
  } catch (error) {
    if (lease.signal.aborted) return;
    deps.log.warn('upload not settled', { error });
    const attempt = claimed.attempts + 1;
    const random = (deps.random(1)[0] ?? 0) / 256;
    const at = deps.clock() + retryDelay({ attempt, retryAfterMs: null, random });
    deps.metrics.notStored('retried');
    await release(deps, lease, { set: 'attempts = attempts + 1, next_at = :at', at });
  } finally {
    await lease.end();
  }
}

async function settleHeld(deps: UploadDeps, upload: Upload, lease: Lease<Upload>): Promise<void> {
  const isExpired = upload.expiresAt <= deps.clock();
  switch (upload.state) {
    case 'receiving':
      // Whoever took the last byte may have been killed before it could say so.
      if ((await deps.uploads.size(keyOf(upload))) === upload.length) return verify(deps, upload, lease);
      if (!isExpired) return release(deps, lease, { set: 'next_at = expires_at' });
      await end(deps, lease, { kind: 'dropped' });
      return removeUpload(deps, upload);
    case 'whole':
      return verify(deps, upload, lease);
    case 'dropped':
      return removeUpload(deps, upload);
    default:
      return isExpired ? removeUpload(deps, upload) : release(deps, lease, { set: 'next_at = expires_at' });
  }
}

/** Reads all of it again: what was announced, or what was kept, may not be what is there. */
async function verify(deps: UploadDeps, upload: Upload, lease: Lease<Upload>): Promise<void> {
  const { db, uploads } = deps;
  const found = await findBytes(deps, upload);
  if (!found) return fail('failed', 'The bytes are not here any more');
  const stream = await found.read();
  // Somebody who had lost this upload moved them just now: the next try finds them.
  if (!stream) throw new Error('the bytes of an upload were moved');
  const { sha256, bytes } = await hashBytes(deps, stream);
  if (bytes !== upload.length) return fail('failed', 'Not all of the bytes are here any more');
  if (sha256 !== (upload.sha256 ?? sha256)) return fail('failed', 'The bytes that came are not the ones announced');
  const measured = await measureVideo({ bytes, read: found.read });
  if (measured.kind === 'not_a_video') return fail('refused', measured.message);

  lease.signal.throwIfAborted();
  // From here on it is known under which key to look for them, should this process be killed.
  const { rowsAffected } = await db.sql.execute({
    sql: `UPDATE upload SET state = 'whole', sha256 = ? WHERE user_id = ? AND id = ? AND state IN ('receiving', 'whole')`,
    args: [sha256, upload.user, upload.id],
  });
  if (rowsAffected === 0) return;
  const key = videoKey(upload, sha256);
  if ((await uploads.finish(keyOf(upload), key)) === 'missing') throw new Error('the bytes of an upload are gone');
  const expiresAt = deps.clock() + EXPIRES_MS;
  const done = updateHeld(await lease.end(), {
    set: `state = 'done', lease_until = 0, expires_at = :expiresAt, next_at = :expiresAt`,
    expiresAt,
  });
  const before = [done, ...(upload.makesVideo ? insertVideo(deps, upload) : [])];
  if (upload.makesVideo) deps.metrics.completed(1);
  const blob = { key, sha256, bytes };
  await settleStored(deps, upload, { blob, measures: measured.measures, hasPoster: false, before });

  async function fail(kind: 'failed' | 'refused', message: string): Promise<void> {
    await end(deps, lease, { kind, message });
    deps.metrics.notStored('given_up');
    await uploads.delete(keyOf(upload));
  }
}

interface FoundBytes extends Omit<StoredBytes, 'bytes'> {
  readonly read: (range?: ByteRange) => ReturnType<StoredBytes['read']>;
}

/** Where they are: an earlier try, killed before it could say so, may have moved them. */
async function findBytes({ uploads, blobs }: UploadDeps, upload: Upload): Promise<FoundBytes | null> {
  if ((await uploads.size(keyOf(upload))) > 0) return { read: (range) => uploads.read(keyOf(upload), range) };
  const key: BlobKey | null = upload.sha256 === null ? null : videoKey(upload, upload.sha256);
  return key === null || (await blobs.size(key)) === null ? null : { read: (range) => blobs.read(key, range) };
}

/** The video of an upload that named none. */
function insertVideo({ clock, random }: UploadDeps, upload: Upload): readonly Statement[] {
  const { user, video, createdAt } = upload;
  const metadata = v.parse(UploadMetadataSchema, upload.metadata);
  const contentType = safeVideoType(metadata.filetype ?? null);
  const create = v.parse(VideoCreateSchema, { origin: 'imported', contentType, createdAt });
  const title = titleOf(metadata);
  const stamp = nextStamp({ nowMs: createdAt, device: SERVER_DEVICE, last: ZERO_STAMP, seen: ZERO_STAMP });
  const set = title === null ? {} : { title: [title, stamp] as const };
  return videoInsertStatements(user, [{ id: video, create, set }], { now: clock(), nonce: newNonce(random) });
}

async function end(deps: UploadDeps, lease: Lease<Upload>, how: End): Promise<void> {
  const held = await lease.end();
  const commit = { now: deps.clock(), nonce: newNonce(deps.random) };
  await deps.db.sql.batch(endStatements(held, how, commit), 'write');
}

async function release(
  { db }: UploadDeps,
  lease: Lease<Upload>,
  { set, ...args }: { readonly set: string; readonly at?: number },
): Promise<void> {
  await db.sql.execute(updateHeld(await lease.end(), { set: `${set}, lease_until = 0`, ...args }));
}
