import { type RefObject, useLayoutEffect, useState } from 'react';

const GAP = 12;

/**
 * How many tiles stand side by side; 0 until the width is known, which is before the first paint.
 * @param least the width of a tile, in pixels, below which there is one column less
 */
export function useColumns(element: RefObject<HTMLElement | null>, least: number): number {
  const [columns, setColumns] = useState(0);
  useLayoutEffect(() => {
    const grid = element.current;
    if (!grid) return;
    const measure = () => setColumns(Math.max(2, Math.floor((grid.clientWidth + GAP) / (least + GAP))));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(grid);
    return () => observer.disconnect();
  }, [element, least]);
  return columns;
}
