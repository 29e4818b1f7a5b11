import { backdrop } from '../backdrop.ts';
import { css, hex, lighten, mix } from '../colour.ts';
import { crown } from '../foliage.ts';
import { grass } from '../grass.ts';
import { fillLand, fir, skyline } from '../land.ts';
import { surface } from '../palette.ts';
import { paintRange } from '../range.ts';
import type { Stage } from '../stage.ts';
import { stillLayer } from '../stage.ts';
import { mirror } from '../water.ts';
import { mist } from '../weather.ts';
import type { PlaceScene } from './place.ts';

/** Still water between wooded banks, the mountains standing in it upside down. */
export function river(stage: Stage): PlaceScene {
  const { width, height, horizon, unit, palette, spec } = stage;
  const bottom = height + stage.marginY;
  const leaf =
    spec.season === 'autumn' ? hex('#cf7a34') : spec.weather.includes('petals') ? hex('#eba4bd') : hex('#55804e');
  const far = skyline(stage, {
    name: 'lakepeaks',
    base: horizon - unit * 0.13,
    swing: unit * 0.17,
    wavelength: unit * 0.8,
    form: 'peaks',
  });
  const bank = skyline(stage, { name: 'bank', base: 0, swing: unit * 0.012, wavelength: unit * 0.25, form: 'hills' });
  const side = stage.lamp.x > width / 2 ? 1 : -1;
  const shore = (depth: number, open: number) => (x: number) => {
    const away = Math.abs(x / width - 0.5) - open;
    return (
      horizon + 3 - Math.max(0, away) * unit * 0.22 * (1 - depth) + bank(x) * 0.6 + (away < 0 ? -away * unit * 0.3 : 0)
    );
  };
  return {
    layers: [
      ...backdrop(stage),
      stillLayer(stage, { depth: 0.09, bottom: horizon + 4 }, (context) =>
        paintRange(context, stage, {
          name: 'lakepeaks',
          line: far,
          bottom: horizon + 4,
          top: horizon - unit * 0.42,
          wavelength: unit * 0.8,
          lit: mix(surface(palette, hex('#7a8090'), 0.5), palette.light, 0.14),
          shade: mix(surface(palette, hex('#4a5468'), 0.55), palette.sky[1], 0.2),
          foot: mix(palette.haze, palette.sky[3], 0.25),
          snow:
            spec.season === 'summer'
              ? null
              : {
                  lit: mix(mix([0.97, 0, 0], palette.light, 0.4), palette.haze, 0.25),
                  shade: mix(mix([0.8, -0.01, -0.04], palette.sky[1], 0.45), palette.haze, 0.3),
                  line: horizon - unit * 0.2,
                },
        }),
      ),
      mist(stage, {
        name: 'lakemist',
        depth: 0.1,
        top: (horizon - unit * 0.2) / height,
        bottom: (horizon + unit * 0.08) / height,
        alpha: 0.7,
      }),
      ...[
        { depth: 0.16, open: 0.02, distance: 0.5, tall: 0.085, count: 120 },
        { depth: 0.24, open: 0.26, distance: 0.22, tall: 0.16, count: 54 },
      ].map((row, index) =>
        stillLayer(stage, { depth: row.depth, bottom: horizon + unit * 0.05 }, (context) => {
          const random = stage.random(`shore${index}`);
          const line = shore(row.depth, row.open);
          const colour = surface(palette, leaf, row.distance);
          const ink = mix(colour, palette.shadow, 0.45 * (1 - row.distance));
          for (let tree = 0; tree < row.count; tree += 1) {
            const x = random.between(-stage.marginX, width + stage.marginX);
            const away = Math.abs(x / width - 0.5) - row.open;
            if (away < 0.01) continue;
            const tall = unit * row.tall * random.between(0.5, 1.2) * Math.min(1, 0.4 + away * 2.4);
            if (random.chance(spec.season === 'autumn' || spec.weather.includes('petals') ? 0.75 : 0.3)) {
              crown(context, {
                x,
                y: line(x) - tall * 0.42,
                radiusX: tall * 0.36,
                radiusY: tall * 0.44,
                dark: mix(ink, leaf, 0.2),
                lit: mix(
                  mix(colour, palette.light, 0.18),
                  leaf,
                  spec.season === 'autumn' || spec.weather.includes('petals') ? 0.5 : 0.25,
                ),
                random,
                count: 30,
                light: stage.lamp.x > x ? 1 : -1,
              });
            } else
              fir(context, {
                x,
                y: line(x) + 2,
                height: tall,
                colour: mix(ink, palette.haze, random.between(0, 0.2)),
                lean: random.between(-1, 1),
              });
          }
          fillLand(context, stage, {
            line,
            bottom: horizon + 3,
            from: horizon - unit * 0.08,
            colours: [
              [0, mix(colour, palette.light, 0.12)],
              [1, ink],
            ],
          });
        }),
      ),
      mirror(stage, {
        depth: 0.3,
        line: horizon + 1,
        ripple: spec.mood === 'calm' ? 0.5 : 0.9,
        tint: mix(mix(palette.sky[1], hex('#123a44'), 0.4), palette.shadow, 0.2),
        tintAlpha: 0.34,
        squash: 0.86,
      }),
      stillLayer(stage, { depth: 0.8, top: height - unit * 0.3 }, (context) => {
        const random = stage.random('stones');
        const line = nearBank;
        const ink = mix(surface(palette, mix(leaf, hex('#4c4a40'), 0.6), 0), palette.shadow, 0.55);
        for (let stone = 0; stone < 9; stone += 1) {
          const x = width * (0.5 - side * random.between(-0.05, 0.4));
          const size = unit * random.between(0.014, 0.04);
          const y = line(x) - size * 0.1;
          context.fillStyle = css(mix(ink, palette.haze, 0.16));
          context.beginPath();
          context.ellipse(x, y, size, size * 0.5, 0, 0, Math.PI * 2);
          context.fill();
          context.fillStyle = css(mix(ink, palette.light, 0.4), 0.6);
          context.beginPath();
          context.ellipse(x + side * size * 0.2, y - size * 0.2, size * 0.6, size * 0.22, 0, 0, Math.PI * 2);
          context.fill();
        }
        fillLand(context, stage, {
          line,
          bottom,
          from: height - unit * 0.2,
          colours: [
            [0, lighten(ink, 0.03)],
            [1, palette.shadow],
          ],
        });
      }),
      grass(stage, {
        depth: 0.86,
        line: (x) => nearBank(x),
        spread: unit * 0.05,
        count: 130,
        tall: 0.12,
        colours: [
          mix(surface(palette, leaf, 0), palette.shadow, 0.5),
          palette.shadow,
          mix(palette.shadow, palette.light, 0.12),
        ],
        flowers: [],
      }),
    ],
    stands: {
      ground: {
        x: width * (0.5 - side * 0.3),
        y: nearBank(width * (0.5 - side * 0.3)) + unit * 0.012,
        depth: 0.8,
        scale: 0.95,
      },
      far: { x: width * (0.5 - side * 0.3), y: horizon - unit * 0.012, depth: 0.25, scale: 0.72 },
      water: { x: width * (0.5 + side * 0.08), y: horizon + (height - horizon) * 0.32, depth: 0.45, scale: 0.85 },
      air: { x: width * 0.5, y: horizon * 0.42, depth: 0.12, scale: 0.85 },
    },
  };

  /** Land in one lower corner only: the rest is water. */
  function nearBank(x: number): number {
    const inland = side === 1 ? 0.46 - x / width : x / width - 0.54;
    return height - unit * 0.02 - Math.max(-0.2, inland) * unit * 0.3 + bank(x);
  }
}
