import { useCallback, useSyncExternalStore } from 'react';
import type { Listing, Section, Shape } from '../../data/gallery/listing.ts';
import type { VideoView } from '../../data/video-view.ts';

/** Undefined until the first section is counted. */
export function useShape(listing: Listing | undefined): Shape | undefined {
  return useSyncExternalStore(
    useCallback((listener) => listing?.watch(listener) ?? (() => undefined), [listing]),
    () => listing?.shape(),
  );
}

/** Videos of a section, read while this is mounted; undefined until they are. */
export function useChunk(listing: Listing, section: Section, number: number): readonly VideoView[] | undefined {
  const { key } = section;
  const [from, to] = [section.span?.from, section.span?.to];
  return useSyncExternalStore(
    useCallback(
      (listener) => {
        const span = from === undefined || to === undefined ? null : { from, to };
        return listing.watchChunk({ key, span }, number, listener);
      },
      [listing, key, from, to, number],
    ),
    () => listing.chunk(section, number),
  );
}
