import { createContext, use } from 'react';
import type { CacheSnapshot } from 'virtua';
import type { VideoId } from '../../../sync/ids.ts';

/** What a view of the gallery looked like when it was left; back leads to the same place. */
export interface GalleryPlace {
  readonly scrollY: number;
  readonly limit: number;
  /** The heights of its rows, without which nobody knows where `scrollY` is. */
  readonly rows: CacheSnapshot | undefined;
}

export interface GalleryMemory {
  readonly place: (view: string) => GalleryPlace | undefined;
  readonly leave: (view: string, place: GalleryPlace) => void;
  /** The videos of the view that was shown last, in its order: what next and previous go through. */
  readonly order: () => readonly VideoId[];
  readonly setOrder: (ids: readonly VideoId[]) => void;
}

export const GalleryMemoryContext = createContext<GalleryMemory | null>(null);

export function useGalleryMemory(): GalleryMemory {
  const memory = use(GalleryMemoryContext);
  if (!memory) throw new Error('the memory of the gallery is missing');
  return memory;
}

export function createGalleryMemory(): GalleryMemory {
  const places = new Map<string, GalleryPlace>();
  let order: readonly VideoId[] = [];
  return {
    place: (view) => places.get(view),
    leave: (view, place) => places.set(view, place),
    order: () => order,
    setOrder: (ids) => {
      order = ids;
    },
  };
}
