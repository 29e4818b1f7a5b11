import type { VideoId } from '../../../sync/ids.ts';
import { useVideos } from '../../data/queries.ts';
import { useGalleryMemory } from '../gallery/gallery-memory.ts';
import { useServices } from '../services.ts';

const NEAR = 60;

export interface Neighbours {
  readonly previous: VideoId | null;
  readonly next: VideoId | null;
}

/** What stands before and after a video: in the view it was opened from, else among the newest. */
export function useNeighbours(id: VideoId): Neighbours {
  const { db } = useServices();
  const seen = useGalleryMemory().order();
  const newest = useVideos(db, { filter: 'all', limit: NEAR });
  const order = seen.includes(id) ? seen : (newest ?? []).map((video) => video.id);
  const at = order.indexOf(id);
  if (at === -1) return { previous: null, next: null };
  return { previous: order[at - 1] ?? null, next: order[at + 1] ?? null };
}
