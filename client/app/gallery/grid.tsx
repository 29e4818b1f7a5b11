import { useLingui } from '@lingui/react/macro';
import { type CSSProperties, type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { WindowVirtualizer, type WindowVirtualizerHandle } from 'virtua';
import type { GenerationView, VideoView } from '../../data/queries.ts';
import { useFormat } from '../i18n/use-format.ts';
import { GenerationTile } from './generation-tile.tsx';
import styles from './grid.module.css';
import { periodOf } from './period.ts';
import { usePlace } from './use-place.ts';
import { VideoTile } from './video-tile.tsx';

type Tile =
  | { readonly kind: 'generation'; readonly generation: GenerationView }
  | { readonly kind: 'video'; readonly video: VideoView };
type Row =
  | { readonly kind: 'heading'; readonly key: string; readonly text: string }
  | { readonly kind: 'tiles'; readonly key: string; readonly tiles: readonly Tile[] };

const GAP = 12;
const MIN_TILE = 200;

/** Tiles of one size in as many columns as fit; only those in sight are in the document. */
export function Grid(props: {
  /** Which view this is, and how much of it was read. */
  readonly view: string;
  readonly limit: number;
  readonly videos: readonly VideoView[];
  readonly generations: readonly GenerationView[];
  readonly inTrash: boolean;
  readonly onMenu: (video: VideoView, element: HTMLElement) => void;
  /** The end of the list is near. */
  readonly onEnd: () => void;
}) {
  const { view, limit, videos, generations, inTrash, onMenu, onEnd } = props;
  const element = useRef<HTMLDivElement>(null);
  const list = useRef<WindowVirtualizerHandle>(null);
  const columns = useColumns(element);
  const heights = usePlace(list, { name: view, limit, ready: columns > 0 });
  const headingOf = useHeadings();
  const rows = useMemo(
    () => (columns === 0 ? [] : layOut({ videos, generations, columns, headingOf })),
    [videos, generations, columns, headingOf],
  );
  const style: CSSProperties & Record<'--columns', number> = { '--columns': columns };

  return (
    <div ref={element} className={styles.grid} style={style}>
      {columns > 0 && (
        <WindowVirtualizer ref={list} {...(heights && { cache: heights })} data={rows} bufferSize={600}>
          {(row) =>
            row.kind === 'heading' ? (
              <h2 key={row.key} className={styles.heading}>
                {row.text}
              </h2>
            ) : (
              <div key={row.key} className={styles.row}>
                {row.tiles.map((tile) =>
                  tile.kind === 'generation' ? (
                    <GenerationTile key={tile.generation.id} generation={tile.generation} />
                  ) : (
                    <VideoTile key={tile.video.id} video={tile.video} inTrash={inTrash} onMenu={onMenu} />
                  ),
                )}
              </div>
            )
          }
        </WindowVirtualizer>
      )}
      <End key={videos.length} onReached={onEnd} />
    </div>
  );
}

function End({ onReached }: { readonly onReached: () => void }) {
  const element = useRef<HTMLDivElement>(null);
  const reached = useRef(onReached);
  reached.current = onReached;
  useEffect(() => {
    if (!element.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && reached.current(), {
      rootMargin: '1600px',
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return <div ref={element} />;
}

/** 0 until the width is known, which is before the first paint. */
function useColumns(element: RefObject<HTMLElement | null>): number {
  const [columns, setColumns] = useState(0);
  useLayoutEffect(() => {
    const grid = element.current;
    if (!grid) return;
    const measure = () => {
      const width = grid.clientWidth;
      setColumns(Math.max(2, Math.floor((width + GAP) / (MIN_TILE + GAP))));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(grid);
    return () => observer.disconnect();
  }, [element]);
  return columns;
}

function useHeadings(): (createdAt: number) => string {
  const { t } = useLingui();
  const format = useFormat();
  const [today, yesterday, week] = [t`Today`, t`Yesterday`, t`Earlier this week`];
  return useMemo(() => {
    const named = { today, yesterday, week };
    const nowMs = Date.now();
    return (createdAt) => {
      const period = periodOf(createdAt, nowMs);
      return period === 'month' ? format.month(createdAt) : named[period];
    };
  }, [format, today, yesterday, week]);
}

function layOut(options: {
  readonly videos: readonly VideoView[];
  readonly generations: readonly GenerationView[];
  readonly columns: number;
  readonly headingOf: (createdAt: number) => string;
}): readonly Row[] {
  const { videos, generations, columns, headingOf } = options;
  const rows: Row[] = [];
  let heading = '';
  let open: Tile[] = [];
  const place = (text: string, tile: Tile, key: string) => {
    if (text !== heading) {
      heading = text;
      open = [];
      rows.push({ kind: 'heading', key: text, text });
    }
    if (open.length === 0 || open.length === columns) {
      open = [];
      rows.push({ kind: 'tiles', key, tiles: open });
    }
    open.push(tile);
  };
  // What is being made stands first, however long ago it was asked for.
  for (const generation of generations) {
    place(headingOf(Date.now()), { kind: 'generation', generation }, generation.id);
  }
  for (const video of videos) place(headingOf(video.createdAt), { kind: 'video', video }, video.id);
  return rows;
}
