import { createContext, use, useSyncExternalStore } from 'react';
import type { VideoId } from '../../../../sync/ids.ts';
import type { Listing } from '../../../data/gallery/listing.ts';

/** Which videos of a gallery are chosen, for something to be done with them all. */
export interface Selection {
  readonly ids: () => ReadonlySet<VideoId>;
  /** @param place counted over the whole listing; from there a range goes on */
  readonly toggle: (id: VideoId, place: number) => void;
  /** Chooses all from where the last one was chosen, or from `start`, to a place. */
  readonly extendTo: (place: number, start?: number) => void;
  /** Chooses so many from the beginning. */
  readonly addFirst: (count: number) => void;
  readonly clear: () => void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** @param range the ids from one place to another, the second not included */
export function createSelection(range: Listing['ids']): Selection {
  const listeners = new Set<() => void>();
  let ids: ReadonlySet<VideoId> = new Set();
  let anchor: number | null = null;
  const set = (next: ReadonlySet<VideoId>) => {
    ids = next;
    if (next.size === 0) anchor = null;
    for (const listener of listeners) listener();
  };
  const add = (from: number, to: number) => {
    // Storage that fails is told of elsewhere.
    void range(from, to).then(
      (more) => set(new Set([...ids, ...more])),
      () => undefined,
    );
  };
  return {
    ids: () => ids,
    toggle: (id, place) => {
      anchor = place;
      const next = new Set(ids);
      if (!next.delete(id)) next.add(id);
      set(next);
    },
    extendTo: (place, start = place) => {
      anchor ??= start;
      add(Math.min(anchor, place), Math.max(anchor, place) + 1);
    },
    addFirst: (count) => add(0, count),
    clear: () => set(new Set()),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export const SelectionContext = createContext<Selection>(createSelection(async () => []));

export function useSelection(): Selection {
  return use(SelectionContext);
}

export function useIsSelected(id: VideoId): boolean {
  const selection = useSelection();
  return useSyncExternalStore(selection.subscribe, () => selection.ids().has(id));
}

export function useIsSelecting(selection: Selection): boolean {
  return useSyncExternalStore(selection.subscribe, () => selection.ids().size > 0);
}

export function useSelectedCount(selection: Selection): number {
  return useSyncExternalStore(selection.subscribe, () => selection.ids().size);
}
