import { backdrop } from '../backdrop.ts';
import { css, hex, lighten, mix } from '../colour.ts';
import { fillLand, fir, skyline } from '../land.ts';
import { surface } from '../palette.ts';
import { paintRange } from '../range.ts';
import type { Stage } from '../stage.ts';
import { stillLayer } from '../stage.ts';
import { mist } from '../weather.ts';
import type { PlaceScene } from './place.ts';

export function snow(stage: Stage): PlaceScene {
  const { width, height, horizon, unit, palette, spec } = stage;
  const bottom = height + stage.marginY;
  const drop = height - horizon;
  const white = hex('#eef3fb');
  const peaks = skyline(stage, {
    name: 'snowpeaks',
    base: horizon - unit * 0.06,
    swing: unit * 0.16,
    wavelength: unit * 0.75,
    form: 'peaks',
  });
  const fields = [
    {
      depth: 0.2,
      distance: 0.55,
      base: horizon + drop * 0.06,
      swing: unit * 0.05,
      wavelength: unit * 0.7,
      trees: 70,
      tall: 0.075,
    },
    {
      depth: 0.4,
      distance: 0.3,
      base: horizon + drop * 0.28,
      swing: unit * 0.06,
      wavelength: unit * 0.9,
      trees: 22,
      tall: 0.17,
    },
    {
      depth: 0.82,
      distance: 0.03,
      base: horizon + drop * 0.72,
      swing: unit * 0.06,
      wavelength: unit * 1.2,
      trees: 7,
      tall: 0.42,
    },
  ].map((field, index) => ({ ...field, line: skyline(stage, { name: `snowfield${index}`, ...field, form: 'swell' }) }));
  const side = stage.lamp.x > width / 2 ? 0.34 : 0.66;
  const wood = mix(surface(palette, hex('#3a5a52'), 0), palette.shadow, 0.5);
  const bright = mix(white, palette.light, 0.3);
  const dark = mix(mix(white, palette.sky[1], 0.55), palette.shadow, 0.32 * (1 - palette.exposure));
  return {
    layers: [
      ...backdrop(stage),
      stillLayer(stage, { depth: 0.1, bottom: horizon + unit * 0.16 }, (context) =>
        paintRange(context, stage, {
          name: 'snowpeaks',
          line: peaks,
          bottom: horizon + unit * 0.16,
          top: horizon - unit * 0.34,
          wavelength: unit * 0.75,
          lit: mix(surface(palette, hex('#70788c'), 0.55), palette.light, 0.1),
          shade: mix(surface(palette, hex('#4c5468'), 0.6), palette.sky[1], 0.2),
          foot: palette.haze,
          snow: {
            lit: mix(bright, palette.haze, 0.3),
            shade: mix(dark, palette.haze, 0.35),
            line: horizon - unit * 0.02,
          },
        }),
      ),
      mist(stage, {
        name: 'frost',
        depth: 0.12,
        top: (horizon - unit * 0.16) / height,
        bottom: (horizon + unit * 0.12) / height,
        alpha: 0.7,
      }),
      ...fields.flatMap((field, index) => [
        stillLayer(stage, { depth: field.depth }, (context) => {
          const random = stage.random(`pines${index}`);
          const lit = mix(
            mix(palette.shadow, bright, 0.34 + 0.62 * Math.max(palette.exposure, 0.34)),
            palette.haze,
            field.distance * 0.8,
          );
          const shade = mix(
            mix(palette.shadow, dark, 0.4 + 0.5 * palette.exposure),
            palette.haze,
            field.distance * 0.7,
          );
          const trees = Array.from({ length: field.trees }, () => {
            let x = random.between(-stage.marginX, width + stage.marginX);
            if (index > 0 && Math.abs(x / width - side) < 0.2) x += Math.sign(x / width - side || 1) * width * 0.24;
            return {
              x,
              y: field.line(x) + random.next() * unit * 0.03,
              tall: unit * field.tall * random.between(0.6, 1.2),
              lean: random.between(-1, 1),
            };
          }).sort((one, other) => one.y - other.y);
          fillLand(context, stage, {
            line: field.line,
            bottom,
            from: field.base - unit * 0.06,
            colours: [
              [0, lit],
              [0.28, mix(lit, shade, 0.4)],
              [1, shade],
            ],
          });
          for (const tree of trees) {
            context.fillStyle = css(shade, 0.6);
            context.beginPath();
            context.ellipse(
              tree.x + (stage.lamp.x < tree.x ? 1 : -1) * tree.tall * 0.26,
              tree.y + 1,
              tree.tall * 0.36,
              tree.tall * 0.045,
              0,
              0,
              Math.PI * 2,
            );
            context.fill();
            fir(context, {
              x: tree.x,
              y: tree.y + unit * 0.006,
              height: tree.tall,
              colour: mix(lighten(wood, 0.02), palette.haze, field.distance),
              snow: mix(lit, white, 0.25),
              lean: tree.lean,
            });
          }
          if (index === 2) {
            // A trodden path that leads the eye in.
            const from = { x: width * (1 - side), y: bottom };
            const to = { x: width * side, y: field.line(width * side) + 2 };
            context.fillStyle = css(shade, 0.55);
            context.beginPath();
            context.moveTo(from.x - unit * 0.13, from.y);
            context.bezierCurveTo(
              from.x,
              height - unit * 0.12,
              to.x - unit * 0.1,
              to.y + unit * 0.1,
              to.x - unit * 0.012,
              to.y,
            );
            context.lineTo(to.x + unit * 0.012, to.y);
            context.bezierCurveTo(
              to.x,
              to.y + unit * 0.12,
              from.x + unit * 0.16,
              height - unit * 0.1,
              from.x + unit * 0.1,
              from.y,
            );
            context.fill();
          }
        }),
        ...(index === 0
          ? [
              mist(stage, {
                name: 'frost2',
                depth: 0.3,
                top: (field.base - unit * 0.06) / height,
                bottom: (field.base + unit * 0.2) / height,
                alpha: spec.weather.includes('fog') ? 0.7 : 0.45,
              }),
            ]
          : []),
      ]),
    ],
    stands: {
      ground: {
        x: width * side,
        y: (fields[2]?.line(width * side) ?? height * 0.85) + unit * 0.01,
        depth: 0.82,
        scale: 0.85,
      },
      far: { x: width * side, y: (fields[1]?.line(width * side) ?? horizon) + unit * 0.02, depth: 0.4, scale: 0.95 },
      water: null,
      air: { x: width * (1 - side), y: horizon * 0.4, depth: 0.25, scale: 1 },
    },
  };
}
