import type { Path2D } from '@napi-rs/canvas';
import type { Colour } from '../colour.ts';
import type { Medium } from '../places/place.ts';
import type { Random } from '../random.ts';
import type { Context, Stage } from '../stage.ts';

/** How a figure is lit at this moment. The first pass lays down the rim of light, the second the figure itself. */
export interface Look {
  readonly context: Context;
  readonly stage: Stage;
  readonly seconds: number;
  readonly rim: boolean;
  readonly random: Random;
  /** A colour of the figure: the rim's in the rim pass. */
  tone(colour: Colour, alpha?: number): string;
  readonly ink: Colour;
  /** Only in the second pass: lamps, windows, flames. */
  glow(x: number, y: number, radius: number, colour: Colour, alpha: number): void;
}

export interface SubjectKind {
  /** Places to stand, the best first. */
  readonly media: readonly [Medium, ...Medium[]];
  /** The height of its hundred units, in shares of the stage's unit. */
  readonly size: number;
  /** Stage units a second, in its own heights. */
  readonly speed: number;
  /** In units of a hundred to its height: foot (air: middle) at 0, 0; up is negative; it looks to the right. */
  draw(look: Look): void;
}

export function fillPath(look: Look, path: Path2D, colour: Colour = look.ink): void {
  look.context.fillStyle = look.tone(colour);
  look.context.fill(path);
}

export interface Limb {
  readonly x: number;
  readonly y: number;
  /** Radians from straight down, forwards positive. */
  readonly upper: number;
  readonly lower: number;
  readonly lengths: readonly [number, number];
  readonly widths: readonly [number, number, number];
  /** The foot or hoof, forwards. */
  readonly foot?: number;
}

/** A leg or arm of two tapering parts; returns where it ends. */
export function limb(look: Look, part: Limb): { readonly x: number; readonly y: number } {
  const { context } = look;
  const knee = {
    x: part.x + Math.sin(part.upper) * part.lengths[0],
    y: part.y + Math.cos(part.upper) * part.lengths[0],
  };
  const end = {
    x: knee.x + Math.sin(part.lower) * part.lengths[1],
    y: knee.y + Math.cos(part.lower) * part.lengths[1],
  };
  taper(context, part, knee, part.widths[0], part.widths[1]);
  taper(context, knee, end, part.widths[1], part.widths[2]);
  if (part.foot !== undefined)
    taper(
      context,
      end,
      { x: end.x + part.foot * Math.cos(part.lower), y: end.y - part.foot * Math.sin(part.lower) * 0.5 },
      part.widths[2] * 1.15,
      part.widths[2] * 0.8,
    );
  return end;
}

export function taper(
  context: Context,
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
  fromWidth: number,
  toWidth: number,
): void {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  context.beginPath();
  context.arc(from.x, from.y, fromWidth / 2, angle + Math.PI / 2, angle - Math.PI / 2);
  context.arc(to.x, to.y, toWidth / 2, angle - Math.PI / 2, angle + Math.PI / 2);
  context.closePath();
  context.fill();
}

export function disc(context: Context, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.fill();
}
