import { type RefObject, useLayoutEffect, useState } from 'react';

/** How a grid of some width is cut, in pixels. */
export interface Measures {
  readonly columns: number;
  /** Of a row of tiles, closely: each is measured once it is in the document. */
  readonly rowHeight: number;
}

const GAP = 12;
/** Name, state and the distance to the next row. */
const WORDS = 58;
const WIDE = '(min-width: 45rem)';

/**
 * How many tiles stand side by side; null until the width is known, which is before the first paint.
 * @param least the width of a tile below which there is one column less
 */
export function useMeasures(element: RefObject<HTMLElement | null>, least: number): Measures | null {
  const [measures, setMeasures] = useState<Measures | null>(null);
  useLayoutEffect(() => {
    const grid = element.current;
    if (!grid) return;
    const measure = () => {
      const width = grid.clientWidth;
      const columns = Math.max(2, Math.floor((width + GAP) / (least + GAP)));
      // As tile.module.css has it: square on a phone, else 16 to 10.
      const shape = matchMedia(WIDE).matches ? 10 / 16 : 1;
      const rowHeight = Math.round(((width + GAP) / columns - GAP) * shape + WORDS);
      setMeasures((known) =>
        known?.columns === columns && known.rowHeight === rowHeight ? known : { columns, rowHeight },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(grid);
    return () => observer.disconnect();
  }, [element, least]);
  return measures;
}
