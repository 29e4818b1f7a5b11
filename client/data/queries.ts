import type { GenerationId, VideoId } from '../../sync/ids.ts';
import type { EventRecord, GenerationRecord, UserDatabase } from './database.ts';
import { readLog } from './event-log.ts';
import { type IndexedFilter, ranged } from './gallery/filter.ts';
import { type GenerationStage, generationStage } from './generation-stage.ts';
import { useLiveQuery } from './live-query.ts';
import { readViews } from './read-views.ts';
import { type LibrarySummary, librarySummary } from './reads.ts';
import { readMeta } from './sync-store.ts';
import { type VideoView, videoView } from './video-view.ts';

export interface GenerationView {
  readonly id: GenerationId;
  readonly prompt: string;
  readonly provider: string;
  readonly model: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly stage: GenerationStage;
  readonly createdAt: number;
}

/**
 * Newest first. Undefined until the first read is done.
 * @param limit how many at most
 */
export function useVideos(
  db: UserDatabase,
  query: { readonly filter: IndexedFilter; readonly limit: number },
): readonly VideoView[] | undefined {
  return useLiveQuery(db, async () => {
    const records = await ranged(db, query.filter).reverse().limit(query.limit).toArray();
    return readViews(db, records, { withUploads: query.filter === 'pending' || query.filter === 'failed' });
  }, [query.filter, query.limit]);
}

/** Undefined while it is read, null where there is none. An alias leads to its video. */
export function useVideo(db: UserDatabase, id: VideoId): VideoView | null | undefined {
  return useLiveQuery(db, async () => {
    const { epoch } = await readMeta(db);
    const alias = await db.aliases.get(id);
    const row = await db.videos.get(alias?.to ?? id);
    if (!row) return null;
    const [copy, upload] = [await db.copies.get(row.copyId), await db.uploads.get(row.copyId)];
    return videoView({ row, copy, upload }, epoch);
  }, [id]);
}

/** Undefined while it is read, null where there is none. */
export function useGeneration(db: UserDatabase, id: GenerationId): GenerationView | null | undefined {
  return useLiveQuery(db, async () => {
    const record = await db.generations.get(id);
    return record ? generationView(record) : null;
  }, [id]);
}

/** Generations that are queued, running or failed and not dismissed, newest first. */
export function useOpenGenerations(db: UserDatabase): readonly GenerationView[] | undefined {
  return useLiveQuery(db, async () => {
    const records = await db.generations.where('open').equals(1).toArray();
    return records.sort((a, b) => b.createdAt - a.createdAt).map(generationView);
  });
}

export function useLibrarySummary(db: UserDatabase): LibrarySummary | undefined {
  return useLiveQuery(db, () => librarySummary(db));
}

/** This device's log, newest line first, with what tells one device's log from another's. */
export function useEventLog(db: UserDatabase): EventLogView | undefined {
  return useLiveQuery(db, async () => {
    const lines = await readLog(db);
    const { device, epoch } = await readMeta(db);
    return { lines, device, epoch, schema: db.verno };
  });
}

export interface EventLogView {
  readonly lines: readonly EventRecord[];
  readonly device: string;
  readonly epoch: string | null;
  readonly schema: number;
}

function generationView(record: GenerationRecord): GenerationView {
  return {
    id: record.id,
    prompt: record.create.prompt,
    provider: record.create.provider,
    model: record.create.model,
    params: record.create.params,
    stage: generationStage(record),
    createdAt: record.createdAt,
  };
}
