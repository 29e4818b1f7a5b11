import { type RefObject, useEffect, useRef } from 'react';
import type { WindowVirtualizerHandle } from 'virtua';
import type { Layout } from './lay-out.ts';
import { useSelection } from './selection/selection.ts';

/** Frames that a tile has to come into the document, once it was scrolled to. */
const MOST_FRAMES = 60;
/** Rows of a page, for the keys of that name. */
const PAGE_ROWS = 4;

/**
 * Arrows, Home, End and the page keys go from tile to tile, also to those that are not in the document
 * yet; with Shift they choose on the way.
 */
export function useGridKeys(
  element: RefObject<HTMLElement | null>,
  list: RefObject<WindowVirtualizerHandle | null>,
  grid: {
    readonly layout: Layout;
    readonly columns: number;
    /** Else the end of the list is not known yet. */
    readonly isComplete: boolean;
  },
): void {
  const { layout, columns, isComplete } = grid;
  const selection = useSelection();
  const awaitsEnd = useRef(false);
  useEffect(() => {
    const box = element.current;
    if (!box) return;
    if (awaitsEnd.current && isComplete) goTo(layout.videos - 1, box);
    const listener = (event: KeyboardEvent) => onKey(event, box);
    box.addEventListener('keydown', listener);
    return () => box.removeEventListener('keydown', listener);
  });

  function goTo(place: number, box: HTMLElement): void {
    awaitsEnd.current = false;
    list.current?.scrollToIndex(layout.rowOf(place), { align: 'nearest' });
    focusWhenThere(box, place, MOST_FRAMES);
  }

  function onKey(event: KeyboardEvent, box: HTMLElement): void {
    const link = event.target instanceof HTMLElement ? event.target.closest('a') : null;
    const place = Number(link?.closest<HTMLElement>('[data-place]')?.dataset.place ?? Number.NaN);
    if (Number.isNaN(place) || event.altKey) return;
    const hasCommand = event.ctrlKey || event.metaKey;
    if (hasCommand && event.key === 'a') {
      event.preventDefault();
      selection.addFirst(layout.videos);
      return;
    }
    const isRtl = getComputedStyle(box).direction === 'rtl';
    const target = targetOf(event.key, { place, columns, isRtl, last: layout.videos - 1 });
    if (hasCommand || target === null) return;
    event.preventDefault();
    goTo(target, box);
    awaitsEnd.current = event.key === 'End' && !isComplete;
    if (event.shiftKey) selection.extendTo(target, place);
  }
}

function targetOf(
  key: string,
  from: { readonly place: number; readonly columns: number; readonly isRtl: boolean; readonly last: number },
): number | null {
  const { place, columns, isRtl, last } = from;
  const forward = isRtl ? -1 : 1;
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: forward,
    ArrowLeft: -forward,
    ArrowDown: columns,
    ArrowUp: -columns,
    PageDown: PAGE_ROWS * columns,
    PageUp: -PAGE_ROWS * columns,
    Home: -place,
    End: last - place,
  };
  const step = steps[key];
  return step === undefined ? null : Math.max(0, Math.min(last, place + step));
}

function focusWhenThere(box: HTMLElement, place: number, frames: number): void {
  const link = box.querySelector<HTMLElement>(`[data-place="${place}"] a`);
  if (link) link.focus();
  else if (frames > 0) requestAnimationFrame(() => focusWhenThere(box, place, frames - 1));
}
