import type { GalleryFilter } from './filter.ts';

/** In which order; the first two are those of the calendar. */
export type GallerySort = 'newest' | 'oldest' | 'title' | 'longest' | 'largest';

/** What a gallery shows of the library. */
export interface GalleryView {
  readonly filter: GalleryFilter;
  readonly sort: GallerySort;
  /** Words that are all in the title or the prompt; empty where nothing is searched for. */
  readonly search: string;
}
