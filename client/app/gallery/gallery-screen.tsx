import { useLingui } from '@lingui/react/macro';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { type GenerationView, useOpenGenerations } from '../../data/queries.ts';
import type { VideoView } from '../../data/video-view.ts';
import { useServices } from '../services.ts';
import type { MenuAnchor } from '../ui/menu.tsx';
import { useTitle } from '../use-title.ts';
import styles from './gallery-screen.module.css';
import { GalleryTools } from './gallery-tools.tsx';
import { Grid } from './grid.tsx';
import { InstallHint } from './install-hint.tsx';
import { createSelection, SelectionContext, useIsSelecting } from './selection/selection.ts';
import { Skeleton } from './skeleton.tsx';
import { useGalleryView } from './use-gallery-view.ts';
import { useShape } from './use-listing.ts';
import { useOpenListing } from './use-open-listing.ts';

const GalleryStatus = lazy(async () => ({ default: (await import('./gallery-status.tsx')).GalleryStatus }));
const GalleryEmpty = lazy(async () => ({ default: (await import('./gallery-empty.tsx')).GalleryEmpty }));
const SelectionBar = lazy(async () => ({ default: (await import('./selection/selection-bar.tsx')).SelectionBar }));
const VideoMenu = lazy(async () => ({ default: (await import('./video-menu.tsx')).VideoMenu }));

const NONE: readonly GenerationView[] = [];

/** My Assets: every video of this person, newest first, and above them what is being made. */
export function GalleryScreen() {
  const { t } = useLingui();
  const { db, shown } = useServices();
  const { view, setFilter, setSort, setSearch } = useGalleryView();
  const [menu, setMenu] = useState<{
    readonly video: VideoView;
    readonly anchor: MenuAnchor;
    readonly place: number;
  } | null>(null);
  // The same one at every rendering, so that no tile is rendered for it.
  const openMenu = useCallback(
    (video: VideoView, element: HTMLElement) => setMenu({ video, anchor: { element }, place: placeOf(element) }),
    [],
  );
  const open = useOpenListing(view);
  const shape = useShape(open?.listing);
  const generations = useOpenGenerations(db);
  const selection = useMemo(
    () => createSelection((from, to) => open?.listing.ids(from, to) ?? Promise.resolve([])),
    [open],
  );
  const isSelecting = useIsSelecting(selection);
  const isRead = open !== null && shape !== undefined && generations !== undefined;
  useEffect(() => {
    // Once what is read has been painted.
    if (isRead) requestAnimationFrame(() => setTimeout(shown));
  }, [isRead, shown]);
  useTitle(t`My Assets`);

  // Of what is shown, which is the view before while the next one is read.
  const { filter, sort, search } = open?.view ?? view;
  const making = filter === 'all' && !search && generations ? generations : NONE;
  const name = [filter, sort, search && 'search'].join(' ');
  const total = shape?.sections.reduce((sum, { count }) => sum + count, 0) ?? 0;
  return (
    <div className={styles.gallery}>
      <GalleryTools view={view} onFilter={setFilter} onSort={setSort} onSearch={setSearch} />
      {/* There before it says anything, so that what it says is heard. */}
      <p role="status" className="visually-hidden">
        <Suspense>
          {(isSelecting || (shape?.isComplete && (search || filter !== 'all'))) && (
            <GalleryStatus selection={selection} total={total} />
          )}
        </Suspense>
      </p>
      {open === null || shape === undefined || generations === undefined ? (
        <Skeleton />
      ) : shape.sections.length + making.length === 0 ? (
        <Suspense>
          <GalleryEmpty filter={filter} search={search} onClear={() => setSearch('')} />
        </Suspense>
      ) : (
        <SelectionContext value={selection}>
          <InstallHint />
          <Grid
            key={name}
            name={name}
            listing={open.listing}
            shape={shape}
            generations={making}
            inTrash={filter === 'trash'}
            onMenu={openMenu}
          />
        </SelectionContext>
      )}
      <Suspense>
        {isSelecting && shape && <SelectionBar selection={selection} total={total} inTrash={filter === 'trash'} />}
      </Suspense>
      <Suspense>
        {menu && (
          <VideoMenu
            video={menu.video}
            anchor={menu.anchor}
            onChoose={() => selection.toggle(menu.video.id, menu.place)}
            onClose={() => setMenu(null)}
          />
        )}
      </Suspense>
    </div>
  );
}

function placeOf(element: HTMLElement): number {
  return Number(element.closest<HTMLElement>('[data-place]')?.dataset.place ?? 0);
}
