import * as v from 'valibot';
import { StampSchema } from '../../../sync/hlc.ts';
import { EpochSchema, RevSchema, uuidv7, VideoIdSchema } from '../../../sync/ids.ts';
import { newVideoRow } from '../../../sync/local-row.ts';
import { type Fields, VideoCreateSchema, VideoServerSchema } from '../../../sync/records.ts';
import type { UserDatabase } from '../../data/database.ts';
import { videoRecord } from '../../data/records.ts';
import { readMeta, writeMeta } from '../../data/sync-store.ts';
import { seedGenerations } from './seed-generations.ts';
import { seedLog } from './seed-log.ts';
import type { Situation } from './situation.ts';

const FilmsSchema = v.array(
  v.object({ prompt: v.string(), width: v.number(), height: v.number(), thumbhash: v.string() }),
);
/** The id of a video that is nowhere. */
const GONE = v.parse(VideoIdSchema, uuidv7(1, new Uint8Array(10)));
const HOUR = 3_600_000;
const STAMP = v.parse(StampSchema, '0000000000010000-00000000000demo1');
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const EPOCH = v.parse(EpochSchema, '00000000000000aa');

/** Fills a database with videos in every state and, if asked, generations; gives back the running one's id. */
export async function seedLibrary(db: UserDatabase, situation: Situation) {
  const films = v.parse(FilmsSchema, await (await fetch('/demo/films.json')).json());
  const now = Date.now();
  await writeMeta(db, { ...(await readMeta(db)), epoch: EPOCH, lastSyncAt: now - 2 * 60_000 });
  const createdAts = Array.from({ length: situation.videos }, (_, index) =>
    Math.floor(now - 20 * 60_000 - index ** 1.55 * HOUR * 0.8),
  );
  const ids = createdAts.map((ms, index) => v.parse(VideoIdSchema, demoId(ms, index % films.length)));
  const rows = ids.map((id, index) => {
    const film = films[index % films.length];
    const createdAt = createdAts[index];
    if (!film || createdAt === undefined) throw new Error('no films');
    const similarTo = situation.related && index < 6 ? { id: ids[Math.max(4, index + 1)] ?? GONE } : undefined;
    const row = newVideoRow(
      id,
      v.parse(VideoCreateSchema, {
        ...film,
        origin: 'generated',
        provider: 'local',
        model: 'local/film',
        params: {
          aspectRatio: ratio(film),
          duration: 3 + (index % 4),
          resolution: '720p',
          seed: 4000 + index,
          similarTo,
        },
        durationMs: 3000 + (index % 4) * 1000,
        createdAt,
      }),
    );
    return videoRecord({ ...row, ...standing(index, situation) }, EPOCH);
  });
  await db.videos.bulkPut(rows);
  await seedLog(db, now);
  await db.copies.bulkPut(
    rows.slice(0, 14).map(({ copyId }, index) => ({
      copyId,
      state: index === 3 ? 'partial' : 'verified',
      contentType: 'video/mp4',
      etag: `"${SHA256}"`,
      total: 3_140_000 + index * 170_000,
      received: 1_400_000,
      pinned: false,
      lastPlayedAt: now,
    })),
  );
  return situation.generations ? seedGenerations(db, now, EPOCH) : null;
}

function standing(index: number, situation: Situation) {
  return { ...saving(index, situation), fields: fields(index, situation) };
}

/** As a person left it long ago, on another device. */
function fields(index: number, { videos, pending, failed, favorites, trashed }: Situation): Fields {
  const isFavorite = index >= pending + failed && index < pending + failed + favorites;
  return {
    ...(isFavorite && { favorite: [true, STAMP] }),
    ...(index >= videos - trashed && { deletedAt: [Date.now() - 50 * HOUR, STAMP] }),
  };
}

function saving(index: number, { pending, failed }: Situation) {
  const server = (mediaState: string, mediaError: string | null) => ({
    received: {
      epoch: EPOCH,
      rev: v.parse(RevSchema, index + 1),
      stamps: { favorite: STAMP, deletedAt: STAMP },
      server: v.parse(VideoServerSchema, {
        mediaState,
        mediaError,
        bytes: 3_140_000 + index * 170_000,
        sha256: SHA256,
        posterAt: 1,
        storedAt: 1,
        width: null,
        height: null,
        durationMs: null,
        codec: 'avc1.42001f',
      }),
    },
  });
  if (index < pending) return index % 2 === 0 ? {} : server('storing', null);
  if (index < pending + failed) return server('failed', 'the provider no longer has the file');
  return server('stored', null);
}

/** The last digits of the id tell the demo server which picture it stands for. */
function demoId(ms: number, picture: number): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  random[8] = picture >> 8;
  random[9] = picture & 255;
  return uuidv7(Math.floor(ms), random);
}

function ratio({ width, height }: { readonly width: number; readonly height: number }): string {
  if (width === height) return '1:1';
  return width > height ? '16:9' : '9:16';
}
