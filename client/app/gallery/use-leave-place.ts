import { useEffect, useLayoutEffect } from 'react';
import { useGalleryMemory } from './gallery-memory.ts';

/** Notes where a view of the gallery was scrolled to, and goes back there. */
export function useLeavePlace(options: {
  readonly view: string;
  readonly limit: number;
  readonly ready: boolean;
}): void {
  const { view, limit, ready } = options;
  const memory = useGalleryMemory();

  useLayoutEffect(() => {
    if (!ready) return;
    const scrollY = memory.place(view)?.scrollY ?? 0;
    // After the virtual list has measured itself and is as high as its rows.
    const frame = requestAnimationFrame(() => scrollTo(0, scrollY));
    return () => cancelAnimationFrame(frame);
  }, [view, ready, memory]);

  useEffect(() => {
    const note = () => memory.leave(view, { scrollY, limit });
    addEventListener('scroll', note, { passive: true });
    return () => removeEventListener('scroll', note);
  }, [view, limit, memory]);
}
