import { backdrop } from '../backdrop.ts';
import type { Colour } from '../colour.ts';
import { css, hex, lighten, mix } from '../colour.ts';
import { crown } from '../foliage.ts';
import { grass } from '../grass.ts';
import { fillLand, skyline } from '../land.ts';
import { NAMED_COLOURS, surface } from '../palette.ts';
import type { Stage } from '../stage.ts';
import { stillLayer } from '../stage.ts';
import { mist } from '../weather.ts';
import type { PlaceScene } from './place.ts';

export function meadow(stage: Stage): PlaceScene {
  const { width, height, horizon, unit, palette, spec } = stage;
  const bottom = height + stage.marginY;
  const drop = height - horizon;
  const green = { spring: hex('#8fbf5a'), summer: hex('#6fa844'), autumn: hex('#c8963e'), winter: hex('#b8bca0') }[
    spec.season ?? 'summer'
  ];
  const named = spec.colours[0];
  const bloom: Colour = named === undefined || named === 'black' ? palette.accent2 : NAMED_COLOURS[named];
  const hills = [
    {
      depth: 0.12,
      distance: 0.72,
      base: horizon - unit * 0.03,
      swing: unit * 0.12,
      wavelength: unit * 0.8,
      own: mix(green, hex('#5a8a8a'), 0.5),
    },
    { depth: 0.22, distance: 0.45, base: horizon + drop * 0.14, swing: unit * 0.1, wavelength: unit * 0.8, own: green },
    {
      depth: 0.42,
      distance: 0.18,
      base: horizon + drop * 0.36,
      swing: unit * 0.08,
      wavelength: unit * 1.1,
      own: lighten(green, 0.03),
    },
    {
      depth: 0.8,
      distance: 0,
      base: horizon + drop * 0.76,
      swing: unit * 0.04,
      wavelength: unit * 1.3,
      own: lighten(green, -0.1),
    },
  ].map((hill, index) => ({ ...hill, line: skyline(stage, { name: `hill${index}`, ...hill, form: 'swell' }) }));
  const side = stage.lamp.x > width / 2 ? 0.32 : 0.68;
  const near = hills[3];
  const ink = mix(surface(palette, lighten(green, -0.16), 0), palette.shadow, 0.35);
  const flowers = [bloom, mix(bloom, [0.95, 0, 0.02], 0.45), palette.accent].map((colour) =>
    mix(surface(palette, colour, 0), colour, 0.45),
  );
  return {
    layers: [
      ...backdrop(stage),
      ...hills.flatMap((hill, index) => [
        stillLayer(stage, { depth: hill.depth, top: hill.base - unit * 0.25 }, (context) => {
          const random = stage.random(`hillside${index}`);
          const colour = surface(palette, hill.own, hill.distance);
          const lit = mix(colour, palette.light, 0.22 * (1 - hill.distance));
          if (index < 3) hedges(hill, random, colour);
          fillLand(context, stage, {
            line: hill.line,
            bottom,
            from: hill.base - unit * 0.06,
            colours: [
              [0, lit],
              [0.3, colour],
              [1, mix(colour, palette.shadow, 0.5)],
            ],
          });
          // Rows and drifts of flowers, flattened by distance.
          for (let row = 0; row < 200; row += 1) {
            const x = random.between(-stage.marginX, width + stage.marginX);
            const down = random.next() ** 1.4;
            const y = hill.line(x) + unit * (0.006 + 0.16 * down) * (0.4 + hill.depth);
            const size = unit * 0.0048 * (0.4 + hill.depth + down * 0.7);
            context.fillStyle = css(
              mix(
                random.chance(0.3)
                  ? (flowers[random.whole(0, 2)] ?? lit)
                  : random.chance(0.5)
                    ? lit
                    : mix(colour, palette.shadow, 0.3),
                palette.haze,
                hill.distance * 0.7,
              ),
              0.55,
            );
            context.beginPath();
            context.ellipse(x, y, size * random.between(1.2, 4), size * 0.55, 0, 0, Math.PI * 2);
            context.fill();
          }

          function hedges(land: typeof hill, lot: typeof random, own: Colour): void {
            for (let clump = 0; clump < 12 - index * 3; clump += 1) {
              let x = lot.between(-stage.marginX, width + stage.marginX);
              if (index === 2 && Math.abs(x / width - side) < 0.22) x += width * 0.3;
              const size = unit * lot.between(0.018, 0.042) * (0.6 + land.depth * 1.6);
              crown(context, {
                x,
                y: land.line(x) - size * 0.5,
                radiusX: size * lot.between(0.8, 1.5),
                radiusY: size,
                dark: mix(own, palette.shadow, 0.5 * (1 - land.distance)),
                lit: mix(own, palette.light, 0.1),
                random: lot,
                count: 26,
                light: stage.lamp.x > x ? 1 : -1,
              });
            }
          }
        }),
        ...(index < 2
          ? [
              mist(stage, {
                name: `meadowmist${index}`,
                depth: hill.depth + 0.01,
                top: (hill.base - unit * 0.06) / height,
                bottom: (hill.base + unit * 0.12) / height,
                alpha: 0.36,
              }),
            ]
          : []),
      ]),
      grass(stage, {
        depth: 0.84,
        line: near?.line ?? (() => height),
        spread: unit * 0.05,
        count: 260,
        tall: 0.075,
        colours: [mix(ink, palette.light, 0.22), mix(ink, palette.light, 0.08), ink],
        flowers,
      }),
      grass(stage, {
        depth: 1.1,
        line: () => height + unit * 0.02,
        spread: unit * 0.05,
        count: 90,
        tall: 0.2,
        colours: [mix(ink, palette.shadow, 0.6), mix(ink, palette.shadow, 0.8)],
        flowers: flowers.map((colour) => mix(colour, palette.shadow, 0.3)),
      }),
    ],
    stands: {
      ground: { x: width * side, y: (hills[2]?.line(width * side) ?? horizon) + unit * 0.02, depth: 0.43, scale: 1 },
      far: {
        x: width * (1 - side),
        y: (hills[1]?.line(width * (1 - side)) ?? horizon) + unit * 0.014,
        depth: 0.23,
        scale: 0.62,
      },
      water: null,
      air: { x: width * (1 - side), y: horizon * 0.45, depth: 0.28, scale: 1 },
    },
  };
}
