import { useLingui } from '@lingui/react/macro';
import { type CSSProperties, useMemo, useRef } from 'react';
import { WindowVirtualizer, type WindowVirtualizerHandle } from 'virtua';
import type { Listing, Section, Shape } from '../../data/gallery/listing.ts';
import type { GenerationView } from '../../data/queries.ts';
import type { VideoView } from '../../data/video-view.ts';
import { useFormat } from '../i18n/use-format.ts';
import type { Density } from '../preferences.ts';
import { usePreferences } from '../preferences-context.ts';
import { useObservable } from '../use-observable.ts';
import styles from './grid.module.css';
import { layOut } from './lay-out.ts';
import { TilesRow } from './tiles-row.tsx';
import { useGridKeys } from './use-grid-keys.ts';
import { useMeasures } from './use-measures.ts';
import { usePlace } from './use-place.ts';

/** In pixels; as many tiles stand side by side as are not narrower. */
const LEAST_TILE: Readonly<Record<Density, number>> = { comfortable: 200, compact: 100 };

/** Tiles of one size in as many columns as fit; only those in sight are in the document, or read at all. */
export function Grid(props: {
  /** Names the view whose place is kept. */
  readonly name: string;
  readonly listing: Listing;
  readonly shape: Shape;
  readonly generations: readonly GenerationView[];
  readonly inTrash: boolean;
  readonly onMenu: (video: VideoView, element: HTMLElement) => void;
}) {
  const { name, listing, shape, generations, inTrash, onMenu } = props;
  const element = useRef<HTMLDivElement>(null);
  const list = useRef<WindowVirtualizerHandle>(null);
  const density = useObservable(usePreferences().density);
  const measures = useMeasures(element, LEAST_TILE[density]);
  const columns = measures?.columns ?? 1;
  const heights = usePlace(list, { name, ready: measures !== null });
  const headingOf = useHeadings();
  const { sections, isComplete } = shape;
  const lead = generations.length;
  const layout = useMemo(
    () => layOut({ sections: withLead(sections, lead), columns, lead }),
    [sections, lead, columns],
  );
  const rows = useMemo((): ArrayLike<undefined> => ({ length: layout.rows }), [layout.rows]);
  useGridKeys(element, list, { layout, columns, isComplete });
  const style: CSSProperties & Record<'--columns', number> = { '--columns': columns };

  return (
    <div ref={element} className={styles.grid} style={style} data-density={density} data-videos={layout.videos}>
      {measures && (
        <WindowVirtualizer
          ref={list}
          {...(heights && { cache: heights })}
          data={rows}
          itemSize={measures.rowHeight}
          bufferSize={600}
        >
          {(_, index) => {
            const row = layout.rowAt(index);
            return row.kind === 'heading' ? (
              <h2 key={`${row.key} heading`} className={styles.heading}>
                {headingOf(row.section)}
              </h2>
            ) : (
              <TilesRow
                key={row.key}
                listing={listing}
                band={row.band}
                from={row.from}
                to={row.to}
                generations={generations}
                inTrash={inTrash}
                onMenu={onMenu}
              />
            );
          }}
        </WindowVirtualizer>
      )}
    </div>
  );
}

/** What is being made stands first, however long ago it was asked for. */
function withLead(sections: readonly Section[], lead: number): readonly Section[] {
  const [first] = sections;
  if (lead === 0 || first?.key === 'today' || first?.span === null) return sections;
  return [{ key: 'making', span: { from: 0, to: -1 }, count: 0 }, ...sections];
}

function useHeadings(): (section: Section) => string {
  const { t } = useLingui();
  const format = useFormat();
  return ({ key, span }) => {
    switch (key) {
      case 'today':
      case 'making':
        return t`Today`;
      case 'yesterday':
        return t`Yesterday`;
      case 'week':
        return t`Earlier this week`;
      default:
        return span === null ? '' : format.month(span.from);
    }
  };
}
