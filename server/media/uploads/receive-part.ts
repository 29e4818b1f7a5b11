import type { Bytes } from '../blob-store/blob-store.ts';
import type { Appended, Checksum } from '../upload-store/upload-store.ts';
import { EXPIRES_MS, keyOf, lockUpload, PART_LEASE_MS, renewUpload, type Upload, updateHeld } from './upload.ts';
import type { UploadDeps } from './upload-deps.ts';

export interface Part {
  readonly offset: number;
  readonly bytes: Bytes;
  readonly checksum: Checksum | null;
}

export type Received =
  | { readonly kind: Appended['kind']; readonly size: number; readonly expiresAt: number }
  /** Another request has the upload, or a job. */
  | { readonly kind: 'locked' };

type ReceiveDeps = Pick<UploadDeps, 'db' | 'uploads' | 'clock'> & { readonly wake: () => void };

/** Keeps a part of an upload that still receives, and lets it be verified once it is whole. */
export async function receivePart(deps: ReceiveDeps, upload: Upload, part: Part): Promise<Received> {
  const { db, uploads, clock, wake } = deps;
  const { offset, checksum } = part;
  const locked = await lockUpload(db, upload, clock());
  if (locked === null) {
    await part.bytes.cancel().catch(() => undefined);
    return { kind: 'locked' };
  }
  const lock = holdWhileFlowing(deps, locked, part.bytes);
  try {
    const room = upload.length - offset;
    const { kind, size } = await uploads.append(keyOf(upload), { offset, bytes: lock.bytes, room, checksum });
    const isWhole = size === upload.length;
    const now = clock();
    const expiresAt = size > offset ? now + EXPIRES_MS : upload.expiresAt;
    const kept = updateHeld(lock.held(), {
      set: 'state = :state, expires_at = :expiresAt, next_at = :nextAt, lease_until = 0',
      state: isWhole ? 'whole' : 'receiving',
      expiresAt,
      nextAt: isWhole ? now : expiresAt,
    });
    const { rowsAffected } = await db.sql.execute(kept);
    if (rowsAffected === 0) return { kind: 'locked' };
    if (isWhole) wake();
    return { kind, size, expiresAt };
  } catch (error) {
    await db.sql.execute(updateHeld(lock.held(), { set: 'lease_until = 0' }));
    throw error;
  }
}

/**
 * The same bytes, handed on only while the upload is held; what flows renews the hold. A connection
 * that is half dead brings nothing, and so loses it to the next one.
 */
function holdWhileFlowing({ db, clock }: ReceiveDeps, locked: Upload, bytes: Bytes) {
  let held = locked;
  const reader = bytes.getReader();

  async function renewIfOld(): Promise<void> {
    const now = clock();
    if (held.leaseUntil - now > (PART_LEASE_MS * 2) / 3) return;
    const renewed = await renewUpload(db, held, now + PART_LEASE_MS);
    if (renewed === null) throw new Error('another request has the upload');
    held = renewed;
  }

  const flowing: Bytes = new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        try {
          await renewIfOld();
        } catch (error) {
          await reader.cancel(error);
          throw error;
        }
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return { bytes: flowing, held: () => held };
}
