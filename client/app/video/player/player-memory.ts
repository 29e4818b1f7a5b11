import * as v from 'valibot';
import { CONTROLS_CHANGE } from './controls.ts';

const MemorySchema = v.object({ muted: v.boolean(), loop: v.boolean(), rate: v.number() });
type Memory = v.InferOutput<typeof MemorySchema>;

const KEY = 'vidfab-player';
const TYPED_KEYS_OFF = 'vidfab-typed-keys-off';

/** How the last film was played in this tab: the next one is played like it. */
export function recall(): Memory {
  try {
    return v.parse(MemorySchema, JSON.parse(sessionStorage.getItem(KEY) ?? ''));
  } catch {
    return { muted: false, loop: true, rate: 1 };
  }
}

/** @returns what ends it */
export function remember(video: HTMLVideoElement): () => void {
  const keep = () => {
    const { muted, loop, playbackRate: rate } = video;
    sessionStorage.setItem(KEY, JSON.stringify({ muted, loop, rate } satisfies Memory));
  };
  const events = ['volumechange', 'ratechange', CONTROLS_CHANGE];
  for (const name of events) video.addEventListener(name, keep);
  return () => {
    for (const name of events) video.removeEventListener(name, keep);
  };
}

/** Whether letters and marks are keys of the player on this device. */
export function hasTypedKeys(): boolean {
  return localStorage.getItem(TYPED_KEYS_OFF) === null;
}

export function setTypedKeys(on: boolean): void {
  if (on) localStorage.removeItem(TYPED_KEYS_OFF);
  else localStorage.setItem(TYPED_KEYS_OFF, '1');
}
