import type { Colour } from './colour.ts';
import { rgb } from './colour.ts';
import { createNoise2, fractal2, smoothstep } from './noise.ts';
import type { Stage } from './stage.ts';
import { scratch } from './stage.ts';

export interface CloudDeck {
  readonly name: string;
  /** 0..1: how much of the sky it covers. */
  readonly cover: number;
  /** Bigger means smaller, more clouds. */
  readonly scale: number;
  readonly lit: Colour;
  readonly shade: Colour;
  readonly opacity: number;
}

/** A deck of clouds in perspective, converging on the horizon, lit from where the lamp stands. Covers the sky and its margins. */
export function cloudDeck(stage: Stage, deck: CloudDeck) {
  const { width, horizon, marginX, marginY, lamp } = stage;
  const columns = 300;
  const full = width + 2 * marginX;
  const rows = Math.max(40, Math.round(((horizon + marginY) / full) * columns));
  const { canvas, context } = scratch(columns, rows);
  const image = context.createImageData(columns, rows);
  const noise = createNoise2(stage.seed, deck.name);
  const [lit, shade] = [rgb(deck.lit), rgb(deck.shade)];
  const threshold = 0.72 - 0.42 * deck.cover;
  const density = (u: number, v: number) => smoothstep(threshold, threshold + 0.26, fractal2(noise, u, v, 5));

  for (let row = 0; row < rows; row += 1) {
    const y = (row / rows) * (horizon + marginY) - marginY;
    // A flat deck seen from below: distances stretch towards the horizon.
    const near = Math.max(0.05, (horizon * 1.06 - y) / horizon);
    const distance = 1 / near;
    const fade = smoothstep(0.05, 0.24, near);
    for (let column = 0; column < columns; column += 1) {
      const x = (column / columns) * full - marginX;
      const u = ((x - width / 2) / stage.unit) * distance * deck.scale * 0.9;
      const v = distance * deck.scale * 1.9;
      const thick = density(u, v);
      if (thick <= 0) continue;
      const towards = Math.hypot(lamp.x - x, lamp.y - y) + 1;
      const step = 0.16;
      const shadowed = density(
        u + ((lamp.x - x) / towards) * step * distance * 0.6,
        v - ((lamp.y - y) / towards) * step * distance * -0.6,
      );
      const shine = Math.exp(-towards / (stage.unit * 0.42));
      const brightness = Math.min(1, Math.max(0, 0.5 + (thick - shadowed) * 1.3 + shine * 0.55 - thick * 0.28));
      const at = (row * columns + column) * 4;
      for (let channel = 0; channel < 3; channel += 1)
        image.data[at + channel] = (shade[channel] ?? 0) + ((lit[channel] ?? 0) - (shade[channel] ?? 0)) * brightness;
      image.data[at + 3] = 255 * thick * fade * deck.opacity;
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
