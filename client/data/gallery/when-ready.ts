import type { Listing } from './listing.ts';

/** So long what was read stays watched, for who shows it next. */
const HELD_MS = 2_000;

/** Waits until the first videos of a listing are read, so that it can be shown in one go. */
export function whenReady(listing: Listing): Promise<void> {
  return new Promise((resolve) => {
    let endChunk: (() => void) | null = null;
    const look = () => {
      const { sections: [first] = [], isComplete = false } = listing.shape() ?? {};
      if (first) endChunk ??= listing.watchChunk(first, 0, look);
      if (first ? !listing.chunk(first, 0) : !isComplete) return;
      endShape();
      setTimeout(() => endChunk?.(), HELD_MS);
      resolve();
    };
    const endShape = listing.watch(look);
    look();
  });
}
