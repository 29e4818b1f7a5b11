import { verticalGradient } from './backdrop.ts';
import type { Colour } from './colour.ts';
import { css } from './colour.ts';
import { createNoise1, fractal1, ridged1 } from './noise.ts';
import type { Context, Stage } from './stage.ts';

/** The height of a skyline at stage x. */
export type Skyline = (x: number) => number;

export interface SkylineShape {
  readonly name: string;
  /** The y about which it moves. */
  readonly base: number;
  /** How far it rises above and falls below. */
  readonly swing: number;
  /** The width of its hills. */
  readonly wavelength: number;
  readonly form: 'peaks' | 'hills' | 'swell';
}

export function skyline(stage: Stage, shape: SkylineShape): Skyline {
  const noise = createNoise1(stage.seed, shape.name);
  const { base, swing, wavelength } = shape;
  switch (shape.form) {
    case 'peaks':
      return (x) => base - swing * (ridged1(noise, x / wavelength + 40, 6) - 0.42) * 2;
    case 'hills':
      return (x) => base - swing * (fractal1(noise, x / wavelength + 40, 4, 0.42) - 0.5) * 2;
    case 'swell':
      return (x) => base - swing * (fractal1(noise, x / wavelength + 40, 2, 0.22) - 0.5) * 2;
  }
}

/** Fills from a skyline down to `bottom`, top colour to bottom colour. */
export function fillLand(
  context: Context,
  stage: Stage,
  land: {
    readonly line: Skyline;
    readonly bottom: number;
    readonly from: number;
    readonly colours: readonly (readonly [number, Colour])[];
    readonly step?: number;
  },
): void {
  trace(context, stage, land.line, land.bottom, land.step ?? 2);
  context.fillStyle = verticalGradient(context, land.from, land.bottom, land.colours);
  context.fill();
}

/** The outline of the land below a skyline, as the current path. */
export function trace(context: Context, stage: Stage, line: Skyline, bottom: number, step = 2): void {
  const [from, to] = [-stage.marginX, stage.width + stage.marginX];
  context.beginPath();
  context.moveTo(from, bottom);
  for (let x = from; x < to; x += step) context.lineTo(x, line(x));
  context.lineTo(to, line(to));
  context.lineTo(to, bottom);
  context.closePath();
}

/** A fir, foot at x, y: drooping tiers, never two alike. */
export function fir(
  context: Context,
  tree: {
    readonly x: number;
    readonly y: number;
    readonly height: number;
    readonly colour: Colour;
    readonly snow?: Colour;
    readonly lean: number;
  },
): void {
  const { x, y, height } = tree;
  const half = height * (0.19 + 0.05 * Math.abs(tree.lean));
  const tiers = 7;
  context.fillStyle = css(tree.colour);
  context.beginPath();
  context.moveTo(x, y - height);
  for (const side of [1, -1]) {
    for (let index = 0; index < tiers; index += 1) {
      const tier = side === 1 ? index : tiers - 1 - index;
      const reach =
        half * ((tier + 1) / tiers) ** 0.86 * (0.88 + 0.24 * Math.abs(Math.sin(tier * 2.7 + tree.lean * 9 + side)));
      const low = y - height + ((tier + 1.15) / (tiers + 0.8)) * height;
      const inner = reach * 0.46;
      if (side === 1) {
        context.quadraticCurveTo(x + inner * 0.7, low - height * 0.05, x + reach, low);
        context.lineTo(x + inner, low - height * 0.022);
      } else {
        context.lineTo(x - inner, low - height * 0.022);
        context.lineTo(x - reach, low);
        context.quadraticCurveTo(
          x - inner * 0.7,
          low - height * 0.05,
          x - inner * (tier / tiers) * 0.7,
          low - height / (tiers + 0.8),
        );
      }
    }
    if (side === 1) {
      context.lineTo(x + half * 0.1, y - height * 0.06);
      context.lineTo(x + half * 0.1, y);
      context.lineTo(x - half * 0.1, y);
      context.lineTo(x - half * 0.1, y - height * 0.06);
    }
  }
  context.fill();
  if (tree.snow === undefined) return;
  context.fillStyle = css(tree.snow, 0.88);
  for (let tier = 0; tier < tiers; tier += 1) {
    const reach = half * ((tier + 1) / tiers) ** 0.86 * 0.8;
    const low = y - height + ((tier + 1) / (tiers + 0.8)) * height;
    context.beginPath();
    context.moveTo(x - reach * 0.2, low - height * 0.075);
    context.quadraticCurveTo(x - reach * 0.75, low - height * 0.04, x - reach * 0.95, low - height * 0.004);
    context.quadraticCurveTo(x - reach * 0.3, low - height * 0.045, x + reach * 0.12, low - height * 0.03);
    context.closePath();
    context.fill();
  }
}
