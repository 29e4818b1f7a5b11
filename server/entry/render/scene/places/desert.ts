import { backdrop, verticalGradient } from '../backdrop.ts';
import { css, hex, lighten, mix } from '../colour.ts';
import type { Skyline } from '../land.ts';
import { skyline, trace } from '../land.ts';
import { createNoise1, fractal1 } from '../noise.ts';
import { surface } from '../palette.ts';
import type { Context, Stage } from '../stage.ts';
import { stillLayer } from '../stage.ts';
import { mist } from '../weather.ts';
import type { PlaceScene } from './place.ts';

export function desert(stage: Stage): PlaceScene {
  const { width, height, horizon, unit, palette } = stage;
  const bottom = height + stage.marginY;
  const sand = hex('#e09a52');
  const drop = height - horizon;
  const dunes = [
    { depth: 0.14, distance: 0.62, base: horizon + drop * 0.03, swing: unit * 0.04, wavelength: unit * 0.5 },
    { depth: 0.26, distance: 0.4, base: horizon + drop * 0.14, swing: unit * 0.07, wavelength: unit * 0.72 },
    { depth: 0.48, distance: 0.2, base: horizon + drop * 0.34, swing: unit * 0.1, wavelength: unit * 1.05 },
    { depth: 0.85, distance: 0.02, base: horizon + drop * 0.72, swing: unit * 0.1, wavelength: unit * 1.5 },
  ].map((dune, index) => ({ ...dune, line: skyline(stage, { name: `dune${index}`, ...dune, form: 'swell' }) }));
  const front = dunes[2];
  const side = stage.lamp.x > width / 2 ? 0.3 : 0.68;
  return {
    layers: [
      ...backdrop(stage),
      stillLayer(stage, { depth: 0.08, bottom: horizon + unit * 0.06 }, (context) => mesas(context, stage)),
      ...dunes.flatMap((dune, index) => [
        stillLayer(stage, { depth: dune.depth, top: dune.base - unit * 0.2 }, (context) =>
          paintDune(context, stage, {
            line: dune.line,
            bottom,
            distance: dune.distance,
            name: `dune${index}`,
            wavelength: dune.wavelength,
          }),
        ),
        ...(index < 2
          ? [
              mist(stage, {
                name: `heat${index}`,
                depth: dune.depth + 0.01,
                top: (dune.base - unit * 0.06) / height,
                bottom: (dune.base + unit * 0.16) / height,
                alpha: 0.36,
                colour: mix(palette.glow, palette.haze, 0.5),
              }),
            ]
          : []),
      ]),
    ],
    stands: {
      ground: { x: width * side, y: (front?.line(width * side) ?? horizon) + unit * 0.008, depth: 0.47, scale: 0.72 },
      far: {
        x: width * (1 - side),
        y: (dunes[1]?.line(width * (1 - side)) ?? horizon) + unit * 0.01,
        depth: 0.25,
        scale: 0.6,
      },
      water: null,
      air: { x: width * (1 - side), y: horizon * 0.42, depth: 0.25, scale: 1 },
    },
  };

  function paintDune(
    context: Context,
    _stage: Stage,
    dune: {
      readonly line: Skyline;
      readonly bottom: number;
      readonly distance: number;
      readonly name: string;
      readonly wavelength: number;
    },
  ): void {
    const lit = mix(
      surface(palette, lighten(sand, 0.06), dune.distance),
      palette.light,
      (0.5 - 0.42 * palette.exposure) * (1 - dune.distance),
    );
    const shade = mix(
      mix(surface(palette, lighten(sand, -0.2), dune.distance), palette.shadow, 0.3 * (1 - dune.distance)),
      palette.sky[0],
      0.16,
    );
    const noise = createNoise1(stage.seed, `${dune.name}-edge`);
    const lightFrom = stage.lamp.x > width / 2 ? 1 : -1;
    trace(context, stage, dune.line, dune.bottom);
    context.fillStyle = verticalGradient(
      context,
      dune.line(width / 2) - unit * 0.1,
      dune.line(width / 2) + unit * 0.5,
      [
        [0, lit],
        [0.35, mix(lit, shade, 0.3)],
        [1, mix(lit, shade, 0.85)],
      ],
    );
    context.fill();
    context.save();
    context.clip();
    // From every summit a knife edge runs down; behind it lies the shadow.
    const step = 4;
    for (let x = -stage.marginX; x < width + stage.marginX; x += step) {
      const [before, here, after] = [dune.line(x - step), dune.line(x), dune.line(x + step)];
      if (!(here < before && here <= after)) continue;
      const sweep = dune.wavelength * (0.28 + 0.2 * noise(x * 0.02));
      const deep = unit * (0.1 + 0.3 * (1 - dune.distance));
      context.beginPath();
      context.moveTo(x, here - 1);
      for (let down = 0; down <= 1; down += 0.04) {
        const bend = Math.sin(down * Math.PI * 1.15 + noise(x) * 2) * sweep * 0.3 * down;
        context.lineTo(x + lightFrom * (sweep * down ** 1.7 * 0.42 + bend), here + deep * down);
      }
      context.lineTo(x - lightFrom * dune.wavelength * 0.62, here + deep * 1.1);
      for (let back = 0.62; back >= 0; back -= 0.04)
        context.lineTo(x - lightFrom * dune.wavelength * back, dune.line(x - lightFrom * dune.wavelength * back) - 2);
      context.closePath();
      const gradient = context.createLinearGradient(
        x,
        here,
        x - lightFrom * dune.wavelength * 0.55,
        here + deep * 0.75,
      );
      gradient.addColorStop(0, css(shade, 0.96));
      gradient.addColorStop(0.55, css(shade, 0.6));
      gradient.addColorStop(1, css(shade, 0));
      context.fillStyle = gradient;
      context.fill();
    }
    if (dune.distance < 0.3) {
      // Wind ripples.
      context.lineWidth = unit * 0.0022;
      for (let row = 0; row < 26; row += 1) {
        const down = unit * 0.02 + (row / 26) ** 1.5 * unit * 0.5;
        context.strokeStyle = css(row % 2 === 0 ? lit : shade, 0.2);
        context.beginPath();
        for (let x = -stage.marginX; x < width + stage.marginX; x += 6)
          context.lineTo(x, dune.line(x) + down + (fractal1(noise, x * 0.02 + row * 0.37, 3) - 0.5) * unit * 0.05);
        context.stroke();
      }
    }
    context.restore();
    // The crest catches the light.
    context.lineWidth = unit * 0.003;
    context.strokeStyle = css(mix(lit, palette.disc, 0.55), 0.75 * (1 - dune.distance * 0.7));
    context.beginPath();
    for (let x = -stage.marginX; x < width + stage.marginX; x += 3) context.lineTo(x, dune.line(x));
    context.stroke();
  }
}

function mesas(context: Context, stage: Stage): void {
  const { width, horizon, unit, palette } = stage;
  const random = stage.random('mesas');
  for (let index = 0; index < 4; index += 1) {
    const x = random.between(-0.1, 1.1) * width;
    const [broad, tall] = [unit * random.between(0.14, 0.34), unit * random.between(0.04, 0.11)];
    context.fillStyle = verticalGradient(context, horizon - tall, horizon + unit * 0.04, [
      [0, mix(surface(palette, hex('#a0563c'), 0.6), palette.haze, 0.2)],
      [1, palette.haze],
    ]);
    context.beginPath();
    context.moveTo(x - broad * 0.8, horizon + unit * 0.06);
    context.quadraticCurveTo(x - broad * 0.52, horizon - tall * 0.2, x - broad * 0.46, horizon - tall * 0.9);
    for (let notch = 0; notch <= 8; notch += 1)
      context.lineTo(x + broad * (-0.44 + notch * 0.11), horizon - tall * (0.94 + random.between(-0.06, 0.1)));
    context.quadraticCurveTo(x + broad * 0.52, horizon - tall * 0.2, x + broad * 0.85, horizon + unit * 0.06);
    context.fill();
  }
}
