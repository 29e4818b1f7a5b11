import type { VideoId } from '../../sync/ids.ts';
import { fieldValue } from '../../sync/local-row.ts';
import { similarToOf } from '../../sync/similar-to.ts';
import type { UserDatabase, VideoRecord } from './database.ts';
import { useLiveQuery } from './live-query.ts';

/** Where a video came from and what was made of it. */
export interface Lineage {
  /** What it was made similar to, what that one was, and so on. */
  readonly origins: readonly Relative[];
  /** Whether the last of these was made similar to one that is not here. */
  readonly isCut: boolean;
  /**
   * What was made similar to it, and to these in turn; what else was made similar to what it is similar to; and the
   * other videos of its generation. Newest first, none from the trash.
   */
  readonly variations: readonly Relative[];
}

export interface Relative {
  readonly id: VideoId;
  readonly title: string | null;
  readonly prompt: string | null;
  readonly thumbhash: string | null;
  readonly createdAt: number;
  readonly inTrash: boolean;
}

/** Shown at most. */
const MAX_ORIGINS = 12;
const MAX_VARIATIONS = 24;
/** Read at most of what was made similar to these: some of it may be in the trash. */
const MAX_READ = 2 * MAX_VARIATIONS;

/** Undefined until the first read is done. */
export function useLineage(db: UserDatabase, id: VideoId): Lineage | undefined {
  return useLiveQuery(db, () => readLineage(db, id), [id]);
}

/** Reads by keys alone, and no more of them however large the library is. */
export async function readLineage(db: UserDatabase, id: VideoId): Promise<Lineage> {
  const video = await db.videos.get(id);
  if (!video) return { origins: [], isCut: false, variations: [] };
  const { origins, isCut } = await originsOf(db, video);
  const variations = await variationsOf(db, video, origins);
  return { origins: origins.map(relative), isCut, variations: variations.map(relative) };
}

async function originsOf(db: UserDatabase, video: VideoRecord) {
  const origins: VideoRecord[] = [];
  // Nobody makes a circle, but rows come from anywhere.
  const seen = new Set([video.id]);
  for (let next = similarToOf(video.create); next !== null && origins.length < MAX_ORIGINS; ) {
    const row = await db.videos.get((await db.aliases.get(next))?.to ?? next);
    if (!row) return { origins, isCut: true };
    if (seen.has(row.id)) break;
    seen.add(row.id);
    origins.push(row);
    next = similarToOf(row.create);
  }
  return { origins, isCut: false };
}

async function variationsOf(db: UserDatabase, video: VideoRecord, origins: readonly VideoRecord[]) {
  const known = new Set([video, ...origins].map(({ id }) => id));
  const found: VideoRecord[] = [];
  const add = (rows: readonly VideoRecord[]) => {
    const fresh = rows.filter(({ id }) => !known.has(id));
    for (const { id } of fresh) known.add(id);
    found.push(...fresh.filter(({ deleted }) => deleted === 0));
    return fresh;
  };
  let level: readonly VideoRecord[] = [video];
  while (level.length > 0 && known.size < MAX_READ) level = add(await madeSimilarTo(db, level));
  add(await otherOutputs(db, video));
  add(await madeSimilarTo(db, origins.slice(0, 1)));
  return found.sort((a, b) => b.createdAt - a.createdAt).slice(0, MAX_VARIATIONS);
}

/** Also under the names that these had on this device before the server knew them better. [ID-1] */
async function madeSimilarTo(db: UserDatabase, videos: readonly VideoRecord[]): Promise<readonly VideoRecord[]> {
  const ids = videos.map(({ id }) => id);
  const former = await db.aliases.where('to').anyOf(ids).primaryKeys();
  return db.videos
    .where('create.params.similarTo.id')
    .anyOf([...ids, ...former])
    .reverse()
    .limit(MAX_READ)
    .toArray();
}

async function otherOutputs(db: UserDatabase, { create }: VideoRecord): Promise<readonly VideoRecord[]> {
  const generation = create.generationId && (await db.generations.get(create.generationId));
  if (!generation) return [];
  const outputs = (generation.received?.server.outputs ?? []).map(({ videoId }) => videoId);
  const rows = await db.videos.bulkGet([...new Set([...generation.create.videoIds, ...outputs])]);
  return rows.filter((row) => row !== undefined);
}

function relative(row: VideoRecord): Relative {
  const title = fieldValue(row, 'title');
  return {
    id: row.id,
    title: typeof title === 'string' ? title : null,
    prompt: row.create.prompt,
    thumbhash: row.create.thumbhash,
    createdAt: row.createdAt,
    inTrash: row.deleted === 1,
  };
}
