import type { VideoId } from '../../sync/ids.ts';
import { fieldValue, type VideoRow } from '../../sync/local-row.ts';
import type { VideoCreate } from '../../sync/records.ts';
import { hashOf } from './copy-hash.ts';
import type { UserDatabase } from './database.ts';
import { stampAll } from './stamp-all.ts';
import { createSyncStore } from './sync-store.ts';

/** A video of an exported library. */
export interface Candidate {
  readonly id: VideoId;
  readonly create: VideoCreate;
  readonly sha256: string | null;
}

/** The videos of a library by everything by which one is recognised. [ID-1] */
export interface KnownVideos {
  /**
   * The id under which a video is here; null where it is not.
   * @param others ids that came with it: what two of them share does not make them one
   */
  readonly find: (video: Candidate, others: ReadonlySet<VideoId>) => VideoId | null;
  readonly add: (video: Candidate) => void;
}

export interface LibraryTables {
  readonly known: () => Promise<KnownVideos>;
  /** Sets the fields of a video that no person has set here; what somebody did set stays. False where it changes nothing. */
  readonly fillIn: (id: VideoId, values: Readonly<Record<string, unknown>>) => Promise<boolean>;
}

export function createLibraryTables(db: UserDatabase): LibraryTables {
  const store = createSyncStore(db);
  return {
    known: async () => {
      const known = createKnownVideos();
      const hashes = new Map((await db.copies.toArray()).map(({ copyId, etag }) => [copyId, hashOf(etag)]));
      await db.videos.each((row) => {
        known.add({ id: row.id, create: row.create, sha256: hashes.get(row.copyId) ?? serverHash(row) });
      });
      for (const { from, to } of await db.aliases.toArray()) known.alias(from, to);
      return known;
    },
    fillIn: (id, values) =>
      store.transact(async (tx) => {
        const [row] = await tx.videos.getMany([id]);
        const unset = Object.entries(values).filter(([name]) => row && fieldValue(row, name) === undefined);
        if (!row || unset.length === 0) return false;
        const fields = await stampAll(tx, Object.fromEntries(unset));
        const next: VideoRow = { ...row, fields: { ...row.fields, ...fields }, rejection: null };
        await tx.videos.putMany([next], (await tx.meta()).epoch);
        return true;
      }),
  };
}

function createKnownVideos(): KnownVideos & { readonly alias: (from: VideoId, to: VideoId) => void } {
  const ids = new Map<VideoId, VideoId>();
  const requests = new Map<string, Candidate[]>();
  const urls = new Map<string, Candidate[]>();
  const hashes = new Map<string, Candidate[]>();

  return {
    alias: (from, to) => ids.set(from, to),
    add: (video) => {
      const { id, create, sha256 } = video;
      ids.set(id, id);
      put(requests, requestOf(create), video);
      put(urls, create.originalUrl, video);
      put(hashes, sha256, video);
    },
    find: (video, others) => {
      const { id, create, sha256 } = video;
      const known = ids.get(id);
      if (known) return known;
      const strangers = (among: readonly Candidate[] = []) => among.filter((other) => !others.has(other.id));
      const byRequest = get(requests, requestOf(create)).find((other) => mayBeSame(other, video));
      const byUrl = get(urls, create.originalUrl).find(
        (other) => (other.create.requestId === null || create.requestId === null) && mayBeSame(other, video),
      );
      // A file that someone imported has nothing but its bytes to be known by.
      const byBytes = strangers(get(hashes, sha256)).find((other) => isFile(other.create) || isFile(create));
      return (byRequest ?? byUrl ?? byBytes)?.id ?? null;
    },
  };
}

function requestOf({ provider, requestId, outputIndex }: VideoCreate): string | null {
  return requestId === null || outputIndex === null ? null : JSON.stringify([provider, requestId, outputIndex]);
}

/** Outputs of different generations never are. */
function mayBeSame({ create: a }: Candidate, { create: b }: Candidate): boolean {
  return a.generationId === null || b.generationId === null || a.generationId === b.generationId;
}

function isFile({ origin }: VideoCreate): boolean {
  return origin === 'imported';
}

function serverHash({ received }: VideoRow): string | null {
  return received?.server.mediaState === 'stored' ? received.server.sha256 : null;
}

function put(index: Map<string, Candidate[]>, key: string | null, video: Candidate): void {
  if (key === null) return;
  const among = index.get(key);
  if (among) among.push(video);
  else index.set(key, [video]);
}

function get(index: ReadonlyMap<string, readonly Candidate[]>, key: string | null): readonly Candidate[] {
  return (key !== null && index.get(key)) || [];
}
