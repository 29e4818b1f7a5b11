import { useEffect, useState } from 'react';
import type { VideoId } from '../../../sync/ids.ts';
import { datedNeighbours, type Neighbours, NO_NEIGHBOURS } from '../../data/gallery/neighbours.ts';
import { useGalleryMemory } from '../gallery/gallery-memory.ts';
import { useServices } from '../services.ts';

export type { Neighbours };

/** What stands before and after a video: in the view it was opened from, else in the whole library. */
export function useNeighbours(id: VideoId): Neighbours {
  const { db } = useServices();
  const memory = useGalleryMemory();
  const [found, setFound] = useState(NO_NEIGHBOURS);
  useEffect(() => {
    let isWanted = true;
    const look = async () => {
      const seen = await memory.open()?.listing.neighbours(id);
      const isThere = seen && (seen.previous ?? seen.next) !== null;
      const result = isThere ? seen : await datedNeighbours(db, { filter: 'all', isNewestFirst: true }, id);
      if (isWanted) setFound(result);
    };
    // Storage that fails is told of elsewhere.
    void look().catch(() => undefined);
    return () => {
      isWanted = false;
    };
  }, [db, memory, id]);
  return found;
}
