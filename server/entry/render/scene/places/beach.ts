import { backdrop } from '../backdrop.ts';
import { css, hex, lighten, mix } from '../colour.ts';
import { crown } from '../foliage.ts';
import { fillLand, skyline } from '../land.ts';
import { createNoise1, fractal1 } from '../noise.ts';
import { surface } from '../palette.ts';
import type { Layer, Stage } from '../stage.ts';
import { stillLayer } from '../stage.ts';
import { openWater } from '../water.ts';
import type { PlaceScene } from './place.ts';

export function beach(stage: Stage): PlaceScene {
  const { width, height, horizon, unit, palette, spec } = stage;
  const drop = height - horizon;
  const shore = horizon + drop * 0.5;
  const side = stage.lamp.x > width / 2 ? -1 : 1;
  const green = surface(palette, hex('#4a7a4a'), 0.32);
  const island = skyline(stage, {
    name: 'island',
    base: horizon - unit * 0.04,
    swing: unit * 0.05,
    wavelength: unit * 0.34,
    form: 'hills',
  });
  return {
    layers: [
      ...backdrop(stage),
      stillLayer(stage, { depth: 0.08, top: horizon - unit * 0.2, bottom: horizon + 3 }, (context) => {
        const centre = width * (0.5 + side * 0.34);
        const line = (x: number) =>
          Math.min(horizon + 4, island(x) + Math.max(0, Math.abs(x - centre) / unit - 0.16) * unit * 0.55);
        fillLand(context, stage, {
          line,
          bottom: horizon + 3,
          from: horizon - unit * 0.09,
          colours: [
            [0, mix(green, palette.haze, 0.3)],
            [1, mix(green, palette.haze, 0.65)],
          ],
        });
        const random = stage.random('island-wood');
        for (let clump = 0; clump < 26; clump += 1) {
          const x = centre + random.between(-0.2, 0.2) * unit;
          crown(context, {
            x,
            y: line(x) + unit * 0.004,
            radiusX: unit * 0.022,
            radiusY: unit * 0.014,
            dark: mix(green, palette.shadow, 0.25),
            lit: mix(green, palette.light, 0.2),
            random,
            count: 12,
            light: side === 1 ? -1 : 1,
          });
        }
      }),
      ...openWater(stage, {
        depth: 0.12,
        line: horizon,
        bottom: height + stage.marginY,
        rough: spec.weather.includes('storm') ? 1.5 : 0.45,
      }),
      ...sand(stage, shore),
    ],
    stands: {
      ground: { x: width * (0.5 + side * 0.2), y: shore + drop * 0.26, depth: 0.5, scale: 1 },
      far: { x: width * (0.5 - side * 0.34), y: shore + drop * 0.3, depth: 0.56, scale: 1.1 },
      water: { x: width * (0.5 - side * 0.12), y: horizon + drop * 0.16, depth: 0.2, scale: 0.62 },
      air: { x: width * 0.5, y: horizon * 0.5, depth: 0.25, scale: 0.9 },
    },
  };
}

/** Wet sand that mirrors the sky, and a surf that runs up and back. */
function sand(stage: Stage, shore: number): readonly Layer[] {
  const { width, height, unit, palette, marginX } = stage;
  const bottom = height + stage.marginY;
  const own = surface(palette, hex('#d8b488'), 0);
  const noise = createNoise1(stage.seed, 'surf');
  const edge = (x: number, seconds: number, offset: number) =>
    shore +
    offset * unit +
    (fractal1(noise, x / (unit * 0.4) + offset * 9, 3) - 0.5) * unit * 0.1 +
    Math.sin(seconds * 1.05 + offset * 20) * unit * 0.016;
  const ground = stillLayer(stage, { depth: 0.4, top: shore - unit * 0.08 }, (context) => {
    fillLand(context, stage, {
      line: (x) => edge(x, 0, 0) + unit * 0.014,
      bottom,
      from: shore - unit * 0.04,
      colours: [
        [0, mix(own, palette.sky[3], 0.42)],
        [0.22, mix(own, palette.sky[2], 0.2)],
        [0.5, own],
        [1, mix(own, palette.shadow, 0.5)],
      ],
    });
    const random = stage.random('footprints');
    for (let mark = 0; mark < 260; mark += 1) {
      const x = random.between(-marginX, width + marginX);
      const down = random.next();
      const y = shore + unit * 0.1 + down * (bottom - shore);
      const size = unit * (0.003 + 0.008 * down);
      context.fillStyle = css(
        random.chance(0.5) ? mix(own, palette.shadow, 0.45) : lighten(mix(own, palette.light, 0.4), 0.02),
        0.26,
      );
      context.beginPath();
      context.ellipse(x, y, size * random.between(1.5, 5), size * 0.5, 0, 0, Math.PI * 2);
      context.fill();
    }
  });
  const surf: Layer = {
    depth: 0.4,
    draw(context, moment) {
      for (const [offset, strength] of [
        [-0.115, 0.45],
        [-0.06, 0.65],
        [0.004, 1],
      ] as const) {
        context.beginPath();
        const step = 7;
        for (let x = -marginX; x <= width + marginX; x += step) context.lineTo(x, edge(x, moment.seconds, offset));
        for (let x = width + marginX; x >= -marginX; x -= step)
          context.lineTo(
            x,
            edge(x, moment.seconds, offset) -
              unit * (0.003 + 0.011 * noise(x * 0.05 + offset * 40 + moment.seconds * 0.3)) * (0.5 + strength),
          );
        context.fillStyle = css(mix([0.97, 0, 0], palette.light, 0.35), 0.55 * strength);
        context.fill();
      }
    },
  };
  return [ground, surf];
}
