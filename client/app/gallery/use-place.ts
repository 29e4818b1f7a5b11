import { type RefObject, useLayoutEffect, useState } from 'react';
import type { CacheSnapshot, WindowVirtualizerHandle } from 'virtua';
import { useGalleryMemory } from './gallery-memory.ts';

/**
 * Brings a view of the gallery back to where it was left, and notes where that is.
 * @returns the heights of the rows as they were, for the virtual list to begin with
 */
export function usePlace(
  list: RefObject<WindowVirtualizerHandle | null>,
  { name, ready }: { readonly name: string; readonly ready: boolean },
): CacheSnapshot | undefined {
  const memory = useGalleryMemory();
  const [left] = useState(() => memory.place(name));

  useLayoutEffect(() => {
    if (!ready) return;
    let y = left?.scrollY ?? 0;
    const note = () => {
      y = scrollY;
    };
    const frame = requestAnimationFrame(() => {
      scrollTo(0, y);
      addEventListener('scroll', note, { passive: true });
    });
    const handle = list.current;
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', note);
      memory.leave(name, { scrollY: y, rows: handle?.cache });
    };
  }, [list, name, ready, left, memory]);

  return left?.rows;
}
