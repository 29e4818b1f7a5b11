import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { createCanvas } from '@napi-rs/canvas';
import type { Palette } from './palette.ts';
import { choosePalette } from './palette.ts';
import type { Random } from './random.ts';
import { createRandom } from './random.ts';
import type { SceneSpec } from './spec.ts';

export type Context = SKRSContext2D;

export interface Stage {
  readonly width: number;
  readonly height: number;
  /** The measure of things: about the height of a landscape frame, whatever the aspect. */
  readonly unit: number;
  readonly horizon: number;
  /** Layers are drawn wider than the frame by this much, so that the camera finds no edge. */
  readonly marginX: number;
  readonly marginY: number;
  readonly seconds: number;
  readonly seed: number;
  readonly spec: SceneSpec;
  readonly palette: Palette;
  /** Where sun or moon stands. */
  readonly lamp: { readonly x: number; readonly y: number };
  random(name: string): Random;
}

export interface Moment {
  readonly seconds: number;
  /** 0..1 over the film; the loop's dissolve goes a little below 0. */
  readonly progress: number;
  /** Screen position of a stage point seen at `depth`. */
  project(depth: number, x: number, y: number): { readonly x: number; readonly y: number; readonly scale: number };
}

/** Depth: 0 is infinitely far and stands still, 1 the nearest. The context is already moved by the camera. */
export interface Layer {
  readonly depth: number;
  draw(context: Context, moment: Moment): void;
}

export function createStage(options: {
  readonly spec: SceneSpec;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
}): Stage {
  const { spec, seed, width, height, seconds } = options;
  const random = (name: string) => createRandom(seed, name);
  const place = random('stage');
  const horizon = height * (horizonOf(spec, width / height) + place.between(-0.02, 0.02));
  const side = place.chance(0.5) ? place.between(0.24, 0.38) : place.between(0.6, 0.74);
  const low = spec.time === 'sunset' || spec.time === 'dawn' || spec.time === 'golden' || spec.time === 'dusk';
  return {
    width,
    height,
    seconds,
    seed,
    spec,
    horizon,
    random,
    unit: Math.min(height, width * 1.12),
    marginX: Math.ceil(width * 0.17),
    marginY: Math.ceil(height * 0.1),
    palette: choosePalette(spec, random('palette')),
    lamp: {
      x: width * side,
      y: low
        ? horizon - Math.min(height, width * 1.2) * place.between(0.07, 0.16)
        : horizon * place.between(0.24, 0.36),
    },
  };
}

function horizonOf(spec: SceneSpec, aspect: number): number {
  const base = {
    sea: 0.58,
    beach: 0.54,
    mountains: 0.66,
    city: 0.74,
    forest: 0.74,
    desert: 0.56,
    space: 0.8,
    room: 0.7,
    underwater: 0.78,
    snow: 0.6,
    meadow: 0.6,
    river: 0.58,
    clouds: 0.64,
    road: 0.56,
  }[spec.place];
  return aspect < 1 ? base - 0.02 + (spec.place === 'city' ? 0.04 : 0) : base;
}

/** A layer that does not move in itself: painted once, then only shifted. `top` and `bottom` (stage y) bound what is kept. */
export function stillLayer(
  stage: Stage,
  options: {
    readonly depth: number;
    readonly top?: number;
    readonly bottom?: number;
    readonly blend?: 'screen' | 'multiply' | 'lighter';
  },
  paint: (context: Context) => void,
): Layer {
  const top = Math.floor(Math.max(-stage.marginY, options.top ?? -stage.marginY));
  const bottom = Math.ceil(Math.min(stage.height + stage.marginY, options.bottom ?? stage.height + stage.marginY));
  const canvas = createCanvas(stage.width + 2 * stage.marginX, Math.max(1, bottom - top));
  const context = canvas.getContext('2d');
  context.translate(stage.marginX, -top);
  paint(context);
  return {
    depth: options.depth,
    draw(target) {
      if (options.blend !== undefined) target.globalCompositeOperation = options.blend;
      target.drawImage(canvas, -stage.marginX, top);
      target.globalCompositeOperation = 'source-over';
    },
  };
}

export function scratch(width: number, height: number): { readonly canvas: Canvas; readonly context: Context } {
  const canvas = createCanvas(Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
  return { canvas, context: canvas.getContext('2d') };
}
