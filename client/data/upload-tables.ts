import type { Epoch, VideoId } from '../../sync/ids.ts';
import type { BytesOffer } from '../../sync/local-row.ts';
import { sha256Of } from './copy-hash.ts';
import type { CopyRecord, UploadRecord, UserDatabase, VideoRecord } from './database.ts';
import { readKeeping } from './keeping.ts';
import { type NetworkFacts, readNetwork } from './network.ts';
import { createSourceTables } from './source-tables.ts';
import { createSyncStore, readMeta } from './sync-store.ts';
import { isPutOff, isUploadDue } from './upload-rule.ts';

/** A video whose bytes this device is to send. */
export interface DueUpload {
  readonly row: VideoRecord;
  readonly copy: CopyRecord;
  readonly sha256: string;
  /** How far it is. */
  readonly upload: UploadRecord;
}

/** What the uploader knows of what there is to send, and remembers of what it has sent. */
export interface UploadTables {
  /** What a person asked for first, then the oldest, and the trash at last. Forgets what is over. */
  readonly due: () => Promise<readonly DueUpload[]>;
  /** An upload as it stands now; null once it is not to be sent any more. */
  readonly look: (id: VideoId) => Promise<DueUpload | null>;
  readonly save: (upload: UploadRecord, change: Partial<UploadRecord>) => Promise<void>;
  /** Writes down what became of the bytes on offer, in the row whose save state follows from it. */
  readonly note: (id: VideoId, change: (before: BytesOffer | undefined) => BytesOffer | undefined) => Promise<void>;
}

/** @param clock milliseconds since 1970 */
export function createUploadTables(
  db: UserDatabase,
  clock: () => number = Date.now,
  network: () => NetworkFacts = readNetwork,
): UploadTables {
  const store = createSyncStore(db);

  const note: UploadTables['note'] = (id, change) =>
    store.transact(async (tx) => {
      const [row] = await tx.videos.getMany([id]);
      if (row) await tx.videos.putMany([{ ...row, offer: change(row.offer) }], (await tx.meta()).epoch);
    });

  /** What the server has stored, what was purged, and what belongs to a history that is gone. */
  const settle = async (): Promise<void> => {
    const { epoch } = await readMeta(db);
    for (const upload of await db.uploads.toArray()) {
      const row = await findVideo(db, upload.videoId);
      const server = row?.received?.epoch === epoch ? row?.received?.server : undefined;
      if (row && upload.epoch === epoch && server?.mediaState !== 'stored') continue;
      await db.uploads.delete(upload.copyId);
      if (!row || server?.mediaState !== 'stored') continue;
      await note(row.id, (offer) => (offer?.sha256 === server.sha256 ? undefined : offer));
    }
  };

  return {
    due: async () => {
      await settle();
      return (await dueUploads(db, { nowMs: clock(), network: network() })).toSorted(
        (a, b) =>
          Number(b.upload.wished) - Number(a.upload.wished) ||
          a.row.deleted - b.row.deleted ||
          a.row.createdAt - b.row.createdAt,
      );
    },
    look: async (id) => {
      const row = await findVideo(db, id);
      const [due] = row ? await dueAmong(db, [row], { nowMs: clock(), network: network() }) : [];
      return due ?? null;
    },
    // Over what stands there now: a person may have wished for it meanwhile.
    save: (upload, change) =>
      db.transaction('rw', db.uploads, async () => {
        const now = (await db.uploads.get(upload.copyId)) ?? upload;
        await db.uploads.put({ ...now, ...change, at: clock() });
      }),
    note,
  };
}

/** An alias leads on to its video. [ID-1] */
export async function findVideo(db: UserDatabase, id: VideoId): Promise<VideoRecord | undefined> {
  const alias = await db.aliases.get(id);
  return db.videos.get(alias?.to ?? id);
}

interface Now {
  readonly nowMs: number;
  readonly network: NetworkFacts;
}

/** Whether this device has bytes that the server waits for, and a network to send them over. */
export async function isAnythingToUpload(db: UserDatabase, nowMs: number): Promise<boolean> {
  const pictures = await createSourceTables(db).due();
  return pictures.length > 0 || (await dueUploads(db, { nowMs, network: readNetwork() })).length > 0;
}

/** Videos whose bytes wait here for a better network. */
export async function putOffUploads(db: UserDatabase, nowMs: number): Promise<ReadonlySet<VideoId>> {
  const due = await dueUploads(db, { nowMs, network: { saveData: false, type: null } });
  const traffic = { ...readNetwork(), ...(await readKeeping(db)) };
  return new Set(due.flatMap(({ row, upload }) => (isPutOff(upload, traffic) ? [row.id] : [])));
}

/** In no order. Reads nothing but rows that are not saved yet, which are few. */
async function dueUploads(db: UserDatabase, now: Now): Promise<readonly DueUpload[]> {
  return dueAmong(db, await db.videos.where('saveState').anyOf('pending', 'failed').toArray(), now);
}

async function dueAmong(
  db: UserDatabase,
  rows: readonly VideoRecord[],
  { nowMs, network }: Now,
): Promise<readonly DueUpload[]> {
  const { epoch } = await readMeta(db);
  if (epoch === null) return [];
  const traffic = { ...network, ...(await readKeeping(db)) };
  const keys = rows.map(({ copyId }) => copyId);
  const [copies, uploads] = [await db.copies.bulkGet(keys), await db.uploads.bulkGet(keys)];
  return rows.flatMap((row, index) => {
    const copy = copies[index];
    const sha256 = sha256Of(copy);
    const begun = uploads[index];
    const upload = begun?.epoch === epoch && begun.total === copy?.total ? begun : undefined;
    if (!copy || sha256 === null || !isUploadDue({ row, copy, upload }, { epoch, nowMs })) return [];
    const due = { row, copy, sha256, upload: upload ?? newUpload({ row, copy }, epoch, nowMs) };
    return isPutOff(due.upload, traffic) ? [] : [due];
  });
}

export function newUpload(
  { row, copy }: { readonly row: VideoRecord; readonly copy: CopyRecord },
  epoch: Epoch,
  at: number,
): UploadRecord {
  const { copyId, total } = copy;
  return { copyId, videoId: row.id, epoch, url: null, offset: 0, total, limit: null, at, wished: false };
}
