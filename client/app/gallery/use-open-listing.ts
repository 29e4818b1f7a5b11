import { useLingui } from '@lingui/react';
import { useEffect, useState } from 'react';
import { createDatedListing } from '../../data/gallery/dated-listing.ts';
import type { GalleryView } from '../../data/gallery/view.ts';
import { useServices } from '../services.ts';
import { type OpenListing, useGalleryMemory } from './gallery-memory.ts';
import { periodOf } from './period.ts';

/** The listing of a view; where that takes a moment, the one before meanwhile, and at first null. */
export function useOpenListing({ filter, sort, search }: GalleryView): OpenListing | null {
  const { db } = useServices();
  const memory = useGalleryMemory();
  const { locale } = useLingui().i18n;
  const [, setOpened] = useState('');
  const name = [filter, sort, search].join(' ');
  const isShown = memory.open()?.name === name;
  const byDate = filter !== 'offline' && search === '' && (sort === 'newest' || sort === 'oldest');

  if (!isShown && byDate) {
    const nowMs = Date.now();
    const query = { filter, isNewestFirst: sort === 'newest', periodOf: (at: number) => periodOf(at, nowMs) };
    memory.show({ name, listing: createDatedListing(db, query) });
  }

  useEffect(() => {
    if (isShown || byDate) return;
    let isWanted = true;
    const look = async () => {
      const { openCatalogueListing } = await import('../../data/catalogue/catalogue-listing.ts');
      const from = { db, catalogue: await memory.catalogue(), locale };
      if (!isWanted) return;
      const listing = await openCatalogueListing(from, { filter, sort, search });
      if (!isWanted) return listing.close();
      memory.show({ name, listing });
      setOpened(name);
    };
    // Storage that fails is told of elsewhere; what was shown stays.
    void look().catch(() => undefined);
    return () => {
      isWanted = false;
    };
  }, [db, memory, locale, isShown, byDate, name, filter, sort, search]);

  return memory.open();
}
