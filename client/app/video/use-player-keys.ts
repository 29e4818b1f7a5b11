import { type RefObject, useEffect } from 'react';
import { useLocation } from 'wouter';
import type { Neighbours } from './use-neighbours.ts';

export const RATES = [0.25, 0.5, 1, 1.5, 2];
/** One frame at the rate most films have; browsers do not tell the real one. */
const FRAME_S = 1 / 24;

/** The keys that every player has, wherever the focus is on the page but in a text. */
export function usePlayerKeys(options: {
  readonly video: HTMLVideoElement | null;
  readonly frame: RefObject<HTMLElement | null>;
  readonly neighbours: Neighbours;
}): void {
  const { video, frame, neighbours } = options;
  const [, navigate] = useLocation();
  const { previous, next } = neighbours;

  useEffect(() => {
    if (!video) return;
    const actions = new Map<string, () => void>([
      [' ', () => togglePlay(video)],
      ['k', () => togglePlay(video)],
      ['j', () => seekBy(video, -1)],
      ['l', () => seekBy(video, 1)],
      ['ArrowLeft', () => seekBy(video, -1)],
      ['ArrowRight', () => seekBy(video, 1)],
      [',', () => stepFrame(video, -1)],
      ['.', () => stepFrame(video, 1)],
      ['<', () => stepRate(video, -1)],
      ['>', () => stepRate(video, 1)],
      ['m', () => toggleMuted(video)],
      ['r', () => toggleLoop(video)],
      ['f', () => toggleFullscreen(frame.current)],
      ['p', () => previous && navigate(`/video/${previous}`, { replace: true })],
      ['n', () => next && navigate(`/video/${next}`, { replace: true })],
    ]);
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event)) return;
      const action = actions.get(event.key);
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [video, frame, previous, next, navigate]);
}

/** Whether the focused control has its own meaning for the key. */
function isBusy(event: KeyboardEvent): boolean {
  const { target, key } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('textarea, select, input:not([type=range]), dialog, [role=menu]')) return true;
  if (target.matches('input[type=range]')) return key.startsWith('Arrow');
  return key === ' ' && target.matches('button, a, summary');
}

export function togglePlay(video: HTMLVideoElement): void {
  if (video.paused) void video.play().catch(() => undefined);
  else video.pause();
}

export function stepFrame(video: HTMLVideoElement, frames: number): void {
  video.pause();
  seekBy(video, frames * FRAME_S);
}

export function toggleMuted(video: HTMLVideoElement): void {
  video.muted = !video.muted;
}

/** `loop` has no event of its own, and the bar must hear of the key. */
export function toggleLoop(video: HTMLVideoElement): void {
  video.loop = !video.loop;
  video.dispatchEvent(new Event('loopchange'));
}

export function toggleFullscreen(frame: HTMLElement | null): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void frame?.requestFullscreen?.().catch(() => undefined);
}

function seekBy(video: HTMLVideoElement, seconds: number): void {
  if (Number.isFinite(video.duration)) {
    video.currentTime = Math.min(video.duration, Math.max(0, video.currentTime + seconds));
  }
}

function stepRate(video: HTMLVideoElement, step: number): void {
  video.playbackRate = RATES[RATES.indexOf(video.playbackRate) + step] ?? video.playbackRate;
}
