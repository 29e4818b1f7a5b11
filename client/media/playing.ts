import type { UserId, VideoId } from '../../sync/ids.ts';

/** Which videos are being played, in any tab of this browser, so that none is taken away under its player. */
export interface Playing {
  /** @returns ends it */
  readonly hold: (id: VideoId) => () => void;
  readonly now: () => Promise<ReadonlySet<string>>;
}

/** A shared lock for each; where there are none, a page knows of its own players. */
export function createPlaying(user: UserId): Playing {
  const prefix = `vidfab-playing-${user}-`;
  const own = new Map<symbol, VideoId>();

  return {
    hold: (id) => {
      const key = Symbol();
      let release = () => {};
      const over = new Promise<void>((resolve) => {
        release = resolve;
      });
      own.set(key, id);
      // Refused where the page is going away, which ends the playing as well.
      if ('locks' in navigator) {
        void navigator.locks.request(prefix + id, { mode: 'shared' }, () => over).catch(() => undefined);
      }
      return () => {
        own.delete(key);
        release();
      };
    },
    now: async () => {
      const held = 'locks' in navigator ? ((await navigator.locks.query()).held ?? []) : [];
      const elsewhere = held.flatMap(({ name = '' }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
      return new Set([...own.values(), ...elsewhere]);
    },
  };
}
