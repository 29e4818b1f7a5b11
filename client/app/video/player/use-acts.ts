import { useMemo } from 'react';
import type { Way } from '../use-along.ts';
import type { Controls } from './controls.ts';
import type { Act } from './shortcuts.ts';
import { toggleFullscreen } from './use-fullscreen.ts';

export type Acts = Readonly<Partial<Record<Act, (key: string) => void>>>;

/** What the keys do; of a film that does not play, one can still go on to the next. */
export function useActs(options: {
  readonly element: HTMLVideoElement | null;
  readonly controls: Controls | null;
  readonly onAlong: (way: Way) => void;
  readonly onHelp: () => void;
}): Acts {
  const { element, controls, onAlong, onHelp } = options;
  return useMemo(() => {
    const along = { next: () => onAlong('next'), previous: () => onAlong('previous'), help: onHelp };
    if (!element || !controls) return along;
    return {
      ...along,
      toggle: controls.toggle,
      backward: () => controls.shuttle(-1),
      forward: () => controls.shuttle(1),
      secondBack: () => controls.seekBy(-1),
      secondOn: () => controls.seekBy(1),
      frameBack: () => void controls.step(-1),
      frameOn: () => void controls.step(1),
      start: () => controls.seekTo(0),
      end: () => controls.seekTo(1),
      tenth: (key: string) => controls.seekTo(Number(key) / 10),
      slower: () => controls.stepRate(-1),
      faster: () => controls.stepRate(1),
      loop: controls.toggleLoop,
      mute: controls.toggleMuted,
      fullscreen: () => toggleFullscreen(element),
      pictureInPicture: controls.togglePictureInPicture,
    };
  }, [element, controls, onAlong, onHelp]);
}
