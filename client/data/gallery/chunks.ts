import type { UserDatabase } from '../database.ts';
import { liveRead } from '../live-query.ts';
import type { VideoView } from '../video-view.ts';
import { CHUNK, type Listing, type Stretch } from './listing.ts';

/** Chunks that nobody looks at stay so many, for who scrolls back. */
const KEPT = 12;

export interface Chunks extends Pick<Listing, 'chunk' | 'watchChunk' | 'close'> {
  /** Reads what is watched anew: the order is another one, of which the database knows nothing. */
  readonly refresh: () => void;
}

interface Chunk {
  readonly stretch: Stretch;
  readonly number: number;
  videos: readonly VideoView[] | undefined;
  readonly listeners: Set<() => void>;
  end: (() => void) | null;
}

/**
 * The chunks of a listing: one is read once somebody watches it, and again whenever what it shows changes.
 * @param read the videos of a section from a place on, at most CHUNK
 */
export function createChunks(
  db: UserDatabase,
  read: (section: Stretch, offset: number) => Promise<readonly VideoView[]>,
): Chunks {
  const chunks = new Map<string, Chunk>();

  function chunkAt(section: Stretch, number: number): Chunk {
    const key = `${section.key} ${number}`;
    const chunk = chunks.get(key) ?? { stretch: section, number, videos: undefined, listeners: new Set(), end: null };
    // The order of the map is that of their use.
    chunks.delete(key);
    chunks.set(key, chunk);
    return chunk;
  }

  function follow(chunk: Chunk): () => void {
    return liveRead(db, () => read(chunk.stretch, chunk.number * CHUNK)).subscribe((videos) => {
      const known = new Map(chunk.videos?.map((video) => [video.id, video]));
      chunk.videos = videos.map((video) => unlessSame(known.get(video.id), video));
      for (const listener of chunk.listeners) listener();
    });
  }

  function forget(): void {
    const idle = [...chunks].filter(([, { listeners }]) => listeners.size === 0);
    for (const [key] of idle.slice(0, Math.max(0, idle.length - KEPT))) chunks.delete(key);
  }

  return {
    chunk: (section, number) => chunks.get(`${section.key} ${number}`)?.videos,
    watchChunk: (section, number, listener) => {
      const chunk = chunkAt(section, number);
      chunk.listeners.add(listener);
      chunk.end ??= follow(chunk);
      return () => {
        chunk.listeners.delete(listener);
        if (chunk.listeners.size > 0) return;
        chunk.end?.();
        chunk.end = null;
        forget();
      };
    },
    refresh: () => {
      for (const [key, chunk] of chunks) {
        if (chunk.end === null) chunks.delete(key);
        else {
          chunk.end();
          chunk.end = follow(chunk);
        }
      }
    },
    close: () => {
      for (const chunk of chunks.values()) chunk.end?.();
      chunks.clear();
    },
  };
}

/** What is shown as it was stays the same object, and is not rendered again. */
function unlessSame(before: VideoView | undefined, now: VideoView): VideoView {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(now) ? before : now;
}
