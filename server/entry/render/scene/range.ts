import type { Colour } from './colour.ts';
import { css, mix, rgb } from './colour.ts';
import type { Skyline } from './land.ts';
import { trace } from './land.ts';
import { createNoise2, fractal2, smoothstep } from './noise.ts';
import type { Context, Stage } from './stage.ts';
import { scratch } from './stage.ts';

export interface Range {
  readonly name: string;
  readonly line: Skyline;
  readonly bottom: number;
  /** The y of its highest peaks. */
  readonly top: number;
  readonly lit: Colour;
  readonly shade: Colour;
  /** The colour it drowns in at its foot. */
  readonly foot: Colour;
  readonly snow: { readonly lit: Colour; readonly shade: Colour /** y */; readonly line: number } | null;
  readonly wavelength: number;
}

/** A mountain range with faces in light and in shadow, gullies, snow above its line, and mist at its foot. */
export function paintRange(context: Context, stage: Stage, range: Range): void {
  const { marginX, lamp, width } = stage;
  const full = width + 2 * marginX;
  const grain = 1.25 * Math.max(1, stage.unit / 360);
  const columns = Math.ceil(full / grain);
  const rows = Math.max(2, Math.ceil((range.bottom - range.top) / grain));
  const { canvas, context: paint } = scratch(columns, rows);
  const image = paint.createImageData(columns, rows);
  const noise = createNoise2(stage.seed, `${range.name}-rock`);
  const [lit, shade, foot] = [rgb(range.lit), rgb(range.shade), rgb(range.foot)];
  const snowLit = range.snow === null ? lit : rgb(range.snow.lit);
  const snowShade = range.snow === null ? shade : rgb(range.snow.shade);
  const reach = range.wavelength * 0.09;
  const lines = Array.from({ length: columns }, (_, column) => range.line(column * grain - marginX));
  const slopes = Array.from({ length: columns }, (_, column) => {
    const x = column * grain - marginX;
    return (range.line(x + reach) - range.line(x - reach)) / (2 * reach);
  });

  for (let row = 0; row < rows; row += 1) {
    const y = range.top + row * grain;
    const sunk = smoothstep(0.25, 1, row / rows);
    for (let column = 0; column < columns; column += 1) {
      const down = y - (lines[column] ?? 0);
      if (down < -grain * 2) continue;
      const x = column * grain - marginX;
      const u = x / range.wavelength;
      const v = y / range.wavelength;
      const rough = fractal2(noise, u * 11, v * 8, 4) - 0.5;
      // Faces run down from the peaks, their borders wandering.
      const shifted = Math.round(
        column + ((rough * 1.5 + (fractal2(noise, u * 2.2 + 60, v * 2.2, 2) - 0.5) * 1.6) * down) / grain,
      );
      const slope = slopes[Math.min(columns - 1, Math.max(0, shifted))] ?? 0;
      const facing = lamp.x < x ? -slope : slope;
      // Gullies: streaks that run down, sharp on one side.
      const fine = 0.5 - Math.abs(fractal2(noise, u * 26 + rough * 3, v * 7, 3) * 2 - 1) * 1.6;
      const light = smoothstep(-0.34, 0.44, -facing * 0.75 + rough * 0.62 + (fine - 0.15) * 0.34);
      const white =
        range.snow === null
          ? 0
          : smoothstep(-0.03, 0.03, (range.snow.line - y) / range.wavelength + rough * 0.3 + (fine - 0.2) * 0.12);
      const at = (row * columns + column) * 4;
      for (let channel = 0; channel < 3; channel += 1) {
        const rock = (shade[channel] ?? 0) + ((lit[channel] ?? 0) - (shade[channel] ?? 0)) * light;
        const snow = (snowShade[channel] ?? 0) + ((snowLit[channel] ?? 0) - (snowShade[channel] ?? 0)) * light;
        const solid = rock + (snow - rock) * white;
        image.data[at + channel] = solid + ((foot[channel] ?? 0) - solid) * sunk;
      }
      image.data[at + 3] = 255;
    }
  }
  paint.putImageData(image, 0, 0);
  context.save();
  trace(context, stage, range.line, range.bottom, 1.5);
  context.fillStyle = css(mix(range.shade, range.foot, 0.5));
  context.fill();
  context.clip();
  context.drawImage(canvas, -marginX, range.top, columns * grain, rows * grain);
  context.restore();
}
