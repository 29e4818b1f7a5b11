import type { Canvas } from '@napi-rs/canvas';
import { createCanvas } from '@napi-rs/canvas';
import { rgbaToThumbHash } from 'thumbhash';

export interface PosterPicker {
  /** Shown every frame; keeps the most telling one. */
  look(canvas: Canvas, pixels: Uint8ClampedArray, frame: number): void;
  /** At most 200 KB. */
  webp(): Uint8Array;
  /** Base64. */
  thumbhash(): string;
}

const MAX_BYTES = 200_000;
const MAX_SIDE = 960;
const THUMB_SIDE = 96;
const CANDIDATES = 7;
/** Where the subject stands best and the loop's dissolve is far away. */
const BEST_MOMENT = 0.45;

export function createPosterPicker(film: {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
}): PosterPicker {
  const kept = createCanvas(film.width, film.height);
  const every = Math.max(1, Math.floor(film.frames / CANDIDATES));
  let best = Number.NEGATIVE_INFINITY;

  return {
    look(canvas, pixels, frame) {
      if (frame % every !== 0) return;
      const score = contrast(pixels) - 30 * Math.abs((frame + 0.5) / film.frames - BEST_MOMENT);
      if (score <= best) return;
      best = score;
      kept.getContext('2d').drawImage(canvas, 0, 0);
    },

    webp() {
      const small = scaled(kept, MAX_SIDE);
      for (let quality = 86; ; quality -= 14) {
        const bytes = small.encodeSync('webp', quality);
        if (bytes.length <= MAX_BYTES || quality < 20) return bytes;
      }
    },

    thumbhash() {
      const small = scaled(kept, THUMB_SIDE);
      const { data } = small.getContext('2d').getImageData(0, 0, small.width, small.height);
      return Buffer.from(rgbaToThumbHash(small.width, small.height, data)).toString('base64');
    },
  };
}

/** Spread of brightness over a coarse sample: black and washed-out frames score low. */
function contrast(pixels: Uint8ClampedArray): number {
  const stride = 4 * 61;
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let at = 0; at + 2 < pixels.length; at += stride) {
    const luma = 0.3 * (pixels[at] ?? 0) + 0.59 * (pixels[at + 1] ?? 0) + 0.11 * (pixels[at + 2] ?? 0);
    sum += luma;
    squares += luma * luma;
    count += 1;
  }
  const mean = sum / count;
  return Math.sqrt(Math.max(0, squares / count - mean * mean));
}

function scaled(source: Canvas, side: number): Canvas {
  const scale = Math.min(1, side / Math.max(source.width, source.height));
  const target = createCanvas(
    Math.max(1, Math.round(source.width * scale)),
    Math.max(1, Math.round(source.height * scale)),
  );
  const context = target.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, target.width, target.height);
  return target;
}
