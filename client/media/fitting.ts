import type { VideoId } from '../../sync/ids.ts';

/** What did not fit, so that a full device looks at each once, and not at its whole library every minute. In memory only. */
export interface FitMemory {
  readonly begin: () => Fitting;
  readonly forget: () => void;
}

/** One pass that leaves out what there is no room for. */
export interface Fitting {
  /** False where it is known to need more than so many bytes. */
  readonly mayFit: (id: VideoId, free: number) => boolean;
  /** It needs so many, and they are not free. @returns whether this pass may look at another one; else it ends with this one */
  readonly leave: (id: VideoId, bytes: number) => boolean;
}

/** How many a pass finds too large before it leaves the rest to the next. */
const LOOKS = 50;

export function createFitMemory(): FitMemory {
  const needs = new Map<VideoId, number>();
  return {
    forget: () => needs.clear(),
    begin: () => {
      let looks = 0;
      return {
        mayFit: (id, free) => (needs.get(id) ?? 0) <= free,
        leave: (id, bytes) => {
          needs.set(id, bytes);
          looks += 1;
          return looks < LOOKS;
        },
      };
    },
  };
}
