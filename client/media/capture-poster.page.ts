import { rgbaToThumbHash } from 'thumbhash';
import type { Captured } from './measured.ts';

/** What the server takes for a poster. */
const MAX_BYTES = 200_000;
const MAX_SIDE = 960;
const THUMB_SIDE = 96;
/** Where to look for a frame that is not black, seconds. */
const MOMENTS = [0, 0.25, 0.5, 1, 2, 4, 8];
const PATIENCE_MS = 15_000;

/** Draws the first frame of a video that is not black, by the browser's own player. */
export async function capturePoster(file: Blob): Promise<Captured> {
  const url = URL.createObjectURL(file);
  const video = document.createElement('video');
  const deadline = AbortSignal.timeout(PATIENCE_MS);
  try {
    video.muted = true;
    video.playsInline = true;
    video.preload = 'auto';
    video.src = url;
    if (!(await heard(video, 'loadeddata', deadline))) return { kind: video.error ? 'unplayable' : 'none' };
    // The sound of a film whose picture it cannot decode plays all the same.
    if (video.videoWidth === 0) return { kind: 'unplayable' };
    const frame = (await firstTellingFrame(video, deadline)) ?? drawn(video, MAX_SIDE);
    const data = frame && (await encoded(frame));
    return frame && data ? { kind: 'picture', data, thumbhash: thumbhashOf(frame) } : { kind: 'none' };
  } finally {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  }
}

async function firstTellingFrame(video: HTMLVideoElement, deadline: AbortSignal): Promise<HTMLCanvasElement | null> {
  let first: HTMLCanvasElement | null = null;
  for (const moment of MOMENTS) {
    if (moment > 0) {
      if (moment >= video.duration) break;
      video.currentTime = moment;
      if (!(await heard(video, 'seeked', deadline))) break;
    }
    const frame = drawn(video, MAX_SIDE);
    if (frame && !isBlack(frame)) return frame;
    first ??= frame;
  }
  return first;
}

function drawn(source: HTMLVideoElement | HTMLCanvasElement, side: number): HTMLCanvasElement | null {
  const { width, height } =
    source instanceof HTMLVideoElement ? { width: source.videoWidth, height: source.videoHeight } : source;
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context?.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context && canvas;
}

function isBlack(frame: HTMLCanvasElement): boolean {
  const pixels = pixelsOf(frame);
  let sum = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    sum += 0.3 * (pixels[at] ?? 0) + 0.59 * (pixels[at + 1] ?? 0) + 0.11 * (pixels[at + 2] ?? 0);
  }
  return (4 * sum) / pixels.length < 18;
}

function thumbhashOf(frame: HTMLCanvasElement): string {
  const small = drawn(frame, THUMB_SIDE) ?? frame;
  return btoa(String.fromCharCode(...rgbaToThumbHash(small.width, small.height, pixelsOf(small))));
}

function pixelsOf(canvas: HTMLCanvasElement): Uint8ClampedArray {
  const { width, height } = canvas;
  return canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray(4 * width * height);
}

/** WebP, or JPEG where a browser cannot write that; the better the smaller it is anyway. */
async function encoded(frame: HTMLCanvasElement): Promise<Blob | null> {
  for (const type of ['image/webp', 'image/jpeg']) {
    for (const quality of [0.86, 0.7, 0.5, 0.3]) {
      const blob = await new Promise<Blob | null>((resolve) => frame.toBlob(resolve, type, quality));
      if (blob?.type !== type) break;
      if (blob.size <= MAX_BYTES) return blob;
    }
  }
  return null;
}

/** False where the video fails or the time is over first. */
function heard(video: HTMLVideoElement, event: 'loadeddata' | 'seeked', deadline: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (deadline.aborted) return resolve(false);
    video.addEventListener(event, () => resolve(true), { once: true });
    video.addEventListener('error', () => resolve(false), { once: true });
    deadline.addEventListener('abort', () => resolve(false), { once: true });
  });
}
