import { createContext, use } from 'react';
import type { CacheSnapshot } from 'virtua';
import type { Catalogue } from '../../data/catalogue/catalogue.ts';
import type { Listing } from '../../data/gallery/listing.ts';

/** What a view of the gallery looked like when it was left; back leads to the same place. */
export interface GalleryPlace {
  readonly scrollY: number;
  /** The heights of its rows, without which nobody knows where `scrollY` is. */
  readonly rows: CacheSnapshot | undefined;
}

/** The listing that is open, under the name of what it lists. */
export interface OpenListing {
  readonly name: string;
  readonly listing: Listing;
}

export interface GalleryMemory {
  readonly place: (view: string) => GalleryPlace | undefined;
  readonly leave: (view: string, place: GalleryPlace) => void;
  /** The one that was shown last: what next and previous go through. */
  readonly open: () => OpenListing | null;
  /** Closes the one before. */
  readonly show: (open: OpenListing) => void;
  /** Read when it is first asked for. */
  readonly catalogue: () => Promise<Catalogue>;
}

export const GalleryMemoryContext = createContext<GalleryMemory | null>(null);

export function useGalleryMemory(): GalleryMemory {
  const memory = use(GalleryMemoryContext);
  if (!memory) throw new Error('the memory of the gallery is missing');
  return memory;
}

export function createGalleryMemory(openCatalogue: () => Promise<Catalogue>): GalleryMemory {
  const places = new Map<string, GalleryPlace>();
  let shown: OpenListing | null = null;
  let catalogue: Promise<Catalogue> | null = null;
  return {
    place: (view) => places.get(view),
    leave: (view, place) => places.set(view, place),
    open: () => shown,
    show: (open) => {
      if (shown?.listing !== open.listing) shown?.listing.close();
      shown = open;
    },
    catalogue: () => {
      catalogue ??= openCatalogue().catch((error: unknown) => {
        catalogue = null;
        throw error;
      });
      return catalogue;
    },
  };
}
