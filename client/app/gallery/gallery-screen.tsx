import { useLingui } from '@lingui/react/macro';
import { useEffect, useMemo, useState } from 'react';
import { type GalleryFilter, useOpenGenerations, useVideos, type VideoView } from '../../data/queries.ts';
import { useServices } from '../services.ts';
import type { MenuAnchor } from '../ui/menu.tsx';
import { useTitle } from '../use-title.ts';
import { GalleryEmpty } from './gallery-empty.tsx';
import { useGalleryMemory } from './gallery-memory.ts';
import styles from './gallery-screen.module.css';
import { GalleryTools } from './gallery-tools.tsx';
import { Grid } from './grid.tsx';
import { InstallHint } from './install-hint.tsx';
import { Skeleton } from './skeleton.tsx';
import { useGalleryView } from './use-gallery-view.ts';
import { VideoMenu } from './video-menu.tsx';

const PAGE = 120;
/** How far a search looks until the database searches by itself. */
const SEARCHED = 2000;

/** My Assets: every video of this person, newest first, and above them what is being made. */
export function GalleryScreen() {
  const { t } = useLingui();
  const { db } = useServices();
  const memory = useGalleryMemory();
  const { filter, search, key, setFilter, setSearch } = useGalleryView();
  const [limits, setLimits] = useState<Readonly<Record<string, number>>>({});
  const [menu, setMenu] = useState<{ readonly video: VideoView; readonly anchor: MenuAnchor } | null>(null);
  const paged = limits[filter] ?? memory.place(key)?.limit ?? PAGE;
  const limit = search ? SEARCHED : paged;
  const read = useVideos(db, { filter, limit });
  const generations = useOpenGenerations(db);
  useTitle(t`My Assets`);

  const videos = useMemo(() => read && matching(read, search), [read, search]);
  const making = filter === 'all' && !search ? (generations ?? []) : [];
  useEffect(() => {
    if (videos) memory.setOrder(videos.map(({ id }) => id));
  }, [memory, videos]);

  return (
    <div className={styles.gallery}>
      <GalleryTools filter={filter} search={search} onFilter={setFilter} onSearch={setSearch} />
      <InstallHint />
      {videos === undefined || generations === undefined ? (
        <Skeleton />
      ) : videos.length + making.length === 0 ? (
        <GalleryEmpty filter={filter} search={search} onClear={() => setSearch('')} />
      ) : (
        <Grid
          key={key}
          view={key}
          limit={paged}
          videos={videos}
          generations={making}
          inTrash={filter === 'trash'}
          onMenu={(video, element) => setMenu({ video, anchor: { element } })}
          onEnd={() => read && read.length >= limit && !search && setLimits(grown(limits, filter, limit))}
        />
      )}
      {menu && <VideoMenu video={menu.video} anchor={menu.anchor} onClose={() => setMenu(null)} />}
    </div>
  );
}

function matching(videos: readonly VideoView[], search: string): readonly VideoView[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return videos;
  return videos.filter(({ title, prompt }) => {
    const text = `${title ?? ''} ${prompt ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function grown(limits: Readonly<Record<string, number>>, filter: GalleryFilter, limit: number) {
  return { ...limits, [filter]: limit + PAGE * 2 };
}
