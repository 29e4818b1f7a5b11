import { createContext, use } from 'react';
import type { CacheSnapshot } from 'virtua';
import type { Listing } from '../../data/gallery/listing.ts';
import type { GalleryView } from '../../data/gallery/view.ts';

/** What a view of the gallery looked like when it was left; back leads to the same place. */
export interface GalleryPlace {
  readonly scrollY: number;
  /** The heights of its rows, without which nobody knows where `scrollY` is. */
  readonly rows: CacheSnapshot | undefined;
}

export interface OpenListing {
  readonly view: GalleryView;
  /** When the day began, in milliseconds since 1970, that its headings are seen from. */
  readonly today: number;
  readonly listing: Listing;
}

/** Opens what the catalogue lists, which is read when that is first asked for. */
export type OpenFromCatalogue = (view: GalleryView, locale: string) => Promise<Listing>;

export interface GalleryMemory {
  readonly place: (view: string) => GalleryPlace | undefined;
  readonly leave: (view: string, place: GalleryPlace) => void;
  /** The listing that was shown last: what next and previous go through. */
  readonly open: () => OpenListing | null;
  /** Closes the one before. */
  readonly show: (open: OpenListing) => void;
  readonly openFromCatalogue: OpenFromCatalogue;
}

export const GalleryMemoryContext = createContext<GalleryMemory | null>(null);

export function useGalleryMemory(): GalleryMemory {
  const memory = use(GalleryMemoryContext);
  if (!memory) throw new Error('the memory of the gallery is missing');
  return memory;
}

export function createGalleryMemory(openFromCatalogue: OpenFromCatalogue): GalleryMemory {
  const places = new Map<string, GalleryPlace>();
  let shown: OpenListing | null = null;
  return {
    place: (view) => places.get(view),
    leave: (view, place) => places.set(view, place),
    open: () => shown,
    show: (open) => {
      if (shown?.listing !== open.listing) shown?.listing.close();
      shown = open;
    },
    openFromCatalogue,
  };
}
