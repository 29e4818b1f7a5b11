import { useSearchParams } from 'wouter';
import type { GalleryFilter } from '../../data/gallery/filter.ts';
import type { GallerySort, GalleryView } from '../../data/gallery/view.ts';

export const FILTERS: readonly GalleryFilter[] = ['all', 'pending', 'failed', 'favorites', 'offline', 'trash'];
export const SORTS: readonly GallerySort[] = ['newest', 'oldest', 'title', 'longest', 'largest'];

/** What the gallery shows stands in the address, so that a link, a reload and the back button keep it. */
export function useGalleryView() {
  const [params, setParams] = useSearchParams();
  const filter = FILTERS.find((known) => known === params.get('filter')) ?? 'all';
  const sort = SORTS.find((known) => known === params.get('sort')) ?? 'newest';
  const view: GalleryView = { filter, sort, search: params.get('q') ?? '' };
  return {
    view,
    setFilter: (next: GalleryFilter) => setParams(query({ ...view, filter: next })),
    setSort: (next: GallerySort) => setParams(query({ ...view, sort: next })),
    setSearch: (next: string) => setParams(query({ ...view, search: next }), { replace: true }),
  };
}

function query({ filter, sort, search }: GalleryView): Record<string, string> {
  return {
    ...(filter !== 'all' && { filter }),
    ...(sort !== 'newest' && { sort }),
    ...(search !== '' && { q: search }),
  };
}
