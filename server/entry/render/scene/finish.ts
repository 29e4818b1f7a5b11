import type { Canvas } from '@napi-rs/canvas';
import { createCanvas } from '@napi-rs/canvas';
import { css } from './colour.ts';
import type { Context, Stage } from './stage.ts';
import { scratch } from './stage.ts';

export interface Finish {
  /** Bloom, grade, vignette, grain and bars, over a finished picture. */
  apply(context: Context, frame: { readonly seconds: number }): void;
}

const GRAIN_TILES = 4;
const GRAIN_SIDE = 256;

export function createFinish(stage: Stage): Finish {
  const { width, height, spec } = stage;
  const small = scratch(width / 8, height / 8);
  const vignette = paintVignette(stage);
  const grain = paintGrain(stage);
  const bar =
    spec.cinematic && width / height > 1.5 && width / height < 2.2 ? Math.round((height - width / 2.39) / 2) : 0;
  const bloom = spec.mood === 'dreamy' ? 0.42 : spec.time === 'night' || spec.lights.includes('neon') ? 0.34 : 0.22;

  return {
    apply(context, { seconds }) {
      context.setTransform(1, 0, 0, 1, 0, 0);
      small.context.drawImage(context.canvas, 0, 0, small.canvas.width, small.canvas.height);
      // Squared, so that only what is bright already spreads.
      small.context.globalCompositeOperation = 'multiply';
      small.context.drawImage(small.canvas, 0, 0);
      small.context.globalCompositeOperation = 'source-over';
      context.globalCompositeOperation = 'screen';
      context.globalAlpha = bloom;
      context.drawImage(small.canvas, 0, 0, width, height);
      context.globalAlpha = 1;
      context.globalCompositeOperation = 'multiply';
      context.drawImage(vignette, 0, 0);
      context.globalCompositeOperation = 'source-over';
      // Twelve changes a second: alive, at half the bits.
      const step = Math.floor((seconds + 10) * 12);
      const tile = grain[step % GRAIN_TILES];
      const [offsetX, offsetY] = [(step * 97) % GRAIN_SIDE, (step * 57) % GRAIN_SIDE];
      if (tile !== undefined) {
        for (let y = -offsetY; y < height; y += GRAIN_SIDE)
          for (let x = -offsetX; x < width; x += GRAIN_SIDE) context.drawImage(tile, x, y);
      }
      if (bar > 0) {
        context.fillStyle = '#000';
        context.fillRect(0, 0, width, bar);
        context.fillRect(0, height - bar, width, bar);
      }
    },
  };
}

function paintVignette(stage: Stage): Canvas {
  const { width, height, palette } = stage;
  const { canvas, context } = scratch(width, height);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.translate(width / 2, height / 2);
  context.scale(width / 2, height / 2);
  const gradient = context.createRadialGradient(0, 0, 0.5, 0, 0, 1.48);
  gradient.addColorStop(0, css(palette.shadow, 0));
  gradient.addColorStop(0.5, css(palette.shadow, 0.12));
  gradient.addColorStop(1, css(palette.shadow, 0.62));
  context.fillStyle = gradient;
  context.fillRect(-1, -1, 2, 2);
  return canvas;
}

function paintGrain(stage: Stage): readonly Canvas[] {
  const random = stage.random('grain');
  const strength = stage.spec.mood === 'vintage' ? 15 : 8;
  return Array.from({ length: GRAIN_TILES }, () => {
    const canvas = createCanvas(GRAIN_SIDE, GRAIN_SIDE);
    const context = canvas.getContext('2d');
    const image = context.createImageData(GRAIN_SIDE, GRAIN_SIDE);
    for (let at = 0; at < image.data.length; at += 4) {
      const value = random.next() + random.next() - 1;
      image.data.fill(value > 0 ? 255 : 0, at, at + 3);
      image.data[at + 3] = Math.abs(value) * strength;
    }
    context.putImageData(image, 0, 0);
    return canvas;
  });
}
