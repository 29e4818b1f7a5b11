import type { Postponed } from './postponed.ts';

/** How a pass over what is missing ended. */
export type PassEnd =
  /** All that can be had is here; `nextAt` is when something postponed is due, by the clock of the deps. */
  | { readonly kind: 'idle'; readonly nextAt: number | null }
  | Full
  /** `answered` is false where the server was not heard at all; `progressed` where something arrived before that. */
  | {
      readonly kind: 'unavailable';
      readonly answered: boolean;
      readonly progressed: boolean;
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'stopped' };

/** There is no room for what comes next. */
export interface Full {
  readonly kind: 'full';
  /** `limit`: it does not come by itself; `disk`: a person wished for it, or there was less room than the browser had said. */
  readonly met: 'limit' | 'disk';
  /** Bytes that are lacking. */
  readonly bytes: number;
  /** Only what was not used since may make room for it, milliseconds since 1970. */
  readonly before: number;
}

/** Whose trouble a failure is: nobody answered, the server cannot now, or it is about this one video. */
export type Trouble = 'silence' | 'server' | 'video';

/** What one pass has met so far. */
export interface Pass {
  readonly signal: AbortSignal;
  readonly isPostponed: (key: string) => boolean;
  readonly succeed: (key: string) => void;
  /** @returns why the pass must end, or null to go on with the next */
  readonly fail: (key: string, trouble: Trouble, retryAfterMs?: number | null) => PassEnd | null;
  readonly end: (how: { readonly answered: boolean; readonly retryAfterMs: number | null }) => PassEnd;
}

/** So many answered failures in a row are the server's trouble and not a video's. */
const STRIKES = 3;

export function beginPass(postponed: Postponed, signal: AbortSignal): Pass {
  let strikes = 0;
  let progressed = false;
  const end: Pass['end'] = ({ answered, retryAfterMs }) => ({
    kind: 'unavailable',
    answered,
    progressed,
    retryAfterMs,
  });
  return {
    signal,
    isPostponed: postponed.has,
    succeed: (key) => {
      strikes = 0;
      progressed = true;
      postponed.forget(key);
    },
    fail: (key, trouble, retryAfterMs = null) => {
      if (trouble === 'silence') return end({ answered: false, retryAfterMs });
      postponed.add(key, retryAfterMs);
      if (trouble === 'video') return null;
      strikes += 1;
      return strikes < STRIKES ? null : end({ answered: true, retryAfterMs });
    },
    end,
  };
}
