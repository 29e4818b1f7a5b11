import { backdrop } from '../backdrop.ts';
import { hex, mix } from '../colour.ts';
import { fillLand, skyline } from '../land.ts';
import { surface } from '../palette.ts';
import type { Stage } from '../stage.ts';
import { stillLayer } from '../stage.ts';
import { openWater } from '../water.ts';
import type { PlaceScene } from './place.ts';

export function sea(stage: Stage): PlaceScene {
  const { width, height, horizon, unit, palette, spec } = stage;
  const rocky = spec.subjects.some(
    (subject) =>
      subject === 'lighthouse' ||
      subject === 'castle' ||
      subject === 'house' ||
      subject === 'person' ||
      subject === 'couple' ||
      subject === 'pagoda' ||
      subject === 'tree' ||
      subject === 'child',
  );
  const rough = spec.weather.includes('storm') ? 1.6 : spec.mood === 'calm' ? 0.3 : 0.7;
  const side = stage.lamp.x > width / 2 ? 0.24 : 0.76;
  const rock = hex('#4a4238');
  const headland = skyline(stage, {
    name: 'headland',
    base: horizon - unit * 0.012,
    swing: unit * 0.05,
    wavelength: unit * 0.7,
    form: 'hills',
  });
  const cliffTop = height < width ? horizon + unit * 0.03 : horizon + unit * 0.1;
  const ledges = skyline(stage, { name: 'cliff', base: 0, swing: unit * 0.03, wavelength: unit * 0.16, form: 'hills' });
  const cliffEdge = (x: number) => {
    // A shoulder of rock that falls into the water towards the middle.
    const inward = (side < 0.5 ? x / width : 1 - x / width) - (height < width ? 0.36 : 0.52);
    const fall = Math.max(0, inward) * unit * 2.6 + Math.max(0, inward + 0.06) ** 0.5 * unit * 0.12;
    return cliffTop + ledges(x) * 0.7 + fall;
  };
  return {
    layers: [
      ...backdrop(stage),
      stillLayer(stage, { depth: 0.07, top: horizon - unit * 0.16, bottom: horizon + 2 }, (context) => {
        const far = (x: number) => Math.min(horizon + 2, headland(x) + Math.abs(x / width - (1 - side)) * unit * 0.12);
        fillLand(context, stage, {
          line: far,
          bottom: horizon + 2,
          from: horizon - unit * 0.08,
          colours: [
            [0, mix(palette.haze, palette.sky[1], 0.45)],
            [1, palette.haze],
          ],
        });
      }),
      ...openWater(stage, { depth: 0.12, line: horizon, bottom: height + stage.marginY, rough }),
      ...(rocky
        ? [
            stillLayer(stage, { depth: 0.55 }, (context) => {
              fillLand(context, stage, {
                line: cliffEdge,
                bottom: height + stage.marginY,
                from: cliffTop - unit * 0.05,
                colours: [
                  [0, surface(palette, rock, 0.16)],
                  [0.25, mix(surface(palette, rock, 0.04), palette.shadow, 0.5)],
                  [1, palette.shadow],
                ],
              });
              const random = stage.random('facets');
              for (let index = 0; index < 60; index += 1) {
                const x = random.between(-0.1, 1.1) * width;
                const top = cliffEdge(x);
                if (top > height) continue;
                const y = top + random.next() ** 2 * unit * 0.3 + unit * 0.01;
                const size = random.between(0.01, 0.045) * unit;
                context.fillStyle = `rgba(0,0,0,${random.between(0.04, 0.12).toFixed(2)})`;
                context.beginPath();
                context.moveTo(x, y);
                context.lineTo(x + size * 0.7, y + size * 0.5);
                context.lineTo(x + size * 0.4, y + size * 2.1);
                context.lineTo(x - size * 0.5, y + size * 1.4);
                context.fill();
              }
            }),
          ]
        : []),
    ],
    stands: {
      ground: rocky
        ? {
            x: width * (side < 0.5 ? 0.2 : 0.8),
            y: cliffEdge(width * (side < 0.5 ? 0.2 : 0.8)) + unit * 0.012,
            depth: 0.54,
            scale: 1,
          }
        : null,
      far: null,
      water: {
        x: width * (1 - side + (side < 0.5 ? -0.14 : 0.14)),
        y: horizon + (height - horizon) * 0.3,
        depth: 0.3,
        scale: 1,
      },
      air: { x: width * 0.5, y: horizon * 0.52, depth: 0.3, scale: 1 },
    },
  };
}
