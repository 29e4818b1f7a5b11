import { useLingui } from '@lingui/react';
import { useEffect, useState } from 'react';
import { createDatedListing } from '../../data/gallery/dated-listing.ts';
import type { Listing } from '../../data/gallery/listing.ts';
import type { GalleryView } from '../../data/gallery/view.ts';
import { whenReady } from '../../data/gallery/when-ready.ts';
import { useServices } from '../services.ts';
import { type OpenListing, useGalleryMemory } from './gallery-memory.ts';
import { periodOf } from './period.ts';

/** What a view lists, once its first videos are read; the view before until then, and at first null. */
export function useOpenListing({ filter, sort, search }: GalleryView): OpenListing | null {
  const { db } = useServices();
  const memory = useGalleryMemory();
  const { locale } = useLingui().i18n;
  const [, setShown] = useState<Listing | null>(null);
  const open = memory.open();
  // An app that stays open for days calls none of them by the name of another.
  const today = new Date().setHours(0, 0, 0, 0);
  const isShown =
    open?.today === today && open.view.filter === filter && open.view.sort === sort && open.view.search === search;

  useEffect(() => {
    if (isShown) return;
    let isWanted = true;
    const view = { filter, sort, search };
    const look = async () => {
      const listing =
        filter !== 'offline' && search === '' && (sort === 'newest' || sort === 'oldest')
          ? createDatedListing(db, {
              filter,
              isNewestFirst: sort === 'newest',
              periodOf: (createdAt) => periodOf(createdAt, today),
            })
          : await memory.openFromCatalogue(view, locale);
      if (isWanted) await whenReady(listing);
      if (!isWanted) return listing.close();
      memory.show({ view, today, listing });
      setShown(listing);
    };
    // Storage that fails is told of elsewhere; what was shown stays.
    void look().catch(() => undefined);
    return () => {
      isWanted = false;
    };
  }, [db, memory, locale, isShown, today, filter, sort, search]);

  return open;
}
