import { useSearchParams } from 'wouter';
import type { GalleryFilter } from '../../data/queries.ts';

export const FILTERS: readonly GalleryFilter[] = ['all', 'pending', 'failed', 'favorites', 'trash'];

/** What the gallery shows stands in the address, so that a link, a reload and the back button keep it. */
export function useGalleryView() {
  const [params, setParams] = useSearchParams();
  const asked = params.get('filter');
  const filter = FILTERS.find((known) => known === asked) ?? 'all';
  const search = params.get('q') ?? '';
  return {
    filter,
    search,
    /** Names this view among all views; what is searched for does not make another one of it. */
    key: search ? `${filter} search` : filter,
    setFilter: (next: GalleryFilter) => setParams(query(next, search)),
    setSearch: (next: string) => setParams(query(filter, next), { replace: true }),
  };
}

function query(filter: GalleryFilter, search: string): Record<string, string> {
  return { ...(filter !== 'all' && { filter }), ...(search !== '' && { q: search }) };
}
