import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFrameClock, type FrameClock } from './frame-clock.ts';

/** 24 frames in a second, each of a grey of its own: 10, 20, 30… */
const FILM = new URL('../../../../tests/fixtures/counted.mp4', import.meta.url).href;
const FRAMES = 24;

let video: HTMLVideoElement;
let clock: FrameClock;
beforeEach(async () => {
  video = document.createElement('video');
  video.muted = true;
  clock = createFrameClock(video, () => undefined);
  video.src = FILM;
  document.body.append(video);
  await new Promise((resolve) => video.addEventListener('loadeddata', resolve, { once: true }));
});
afterEach(() => {
  clock.stop();
  video.remove();
});

/** Which frame is really on the screen, by its grey; from 1. */
function seen(): number {
  const context = new OffscreenCanvas(64, 64).getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(video, 0, 0);
  const [grey = 0] = context.getImageData(32, 32, 1, 1).data;
  return Math.round(grey / 10);
}

async function steps(direction: 1 | -1, count: number): Promise<number[]> {
  const shown: number[] = [];
  for (let step = 0; step < count; step++) {
    await clock.step(direction);
    shown.push(seen());
  }
  return shown;
}

const upTo = (last: number) => Array.from({ length: last - 1 }, (_, index) => index + 2);

test('a film that never played is stepped through frame by frame, to its end and back', async () => {
  expect(await steps(1, FRAMES - 1)).toEqual(upTo(FRAMES));
  expect(clock.read()).toEqual({ frame: FRAMES, frames: FRAMES });
  expect(await steps(1, 1)).toEqual([FRAMES]);
  const back = upTo(FRAMES).map((frame) => frame - 1);
  expect(await steps(-1, FRAMES - 1)).toEqual(back.reverse());
  expect(clock.read()).toEqual({ frame: 1, frames: FRAMES });
  expect(await steps(-1, 1)).toEqual([1]);
});

test('a film that plays is stopped by a step, and shows the frame after the one that was seen', async () => {
  video.loop = true;
  await video.play();
  await new Promise((resolve) => setTimeout(resolve, 400));
  await clock.step(1);
  expect(video.paused).toBe(true);
  const first = seen();
  expect(clock.read()).toEqual({ frame: first, frames: FRAMES });
  expect(await steps(-1, 1)).toEqual([first - 1]);
});

test('a step after a seek goes on from what was sought', async () => {
  video.currentTime = 0.5;
  await new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const at = seen();
  expect(await steps(1, 2)).toEqual([at + 1, at + 2]);
});
