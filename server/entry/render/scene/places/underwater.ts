import { glow, verticalGradient } from '../backdrop.ts';
import { css, hex, lighten, mix } from '../colour.ts';
import { fillLand, skyline } from '../land.ts';
import type { Layer, Stage } from '../stage.ts';
import { stillLayer } from '../stage.ts';
import { mist } from '../weather.ts';
import { shafts } from './forest.ts';
import type { PlaceScene } from './place.ts';

export function underwater(stage: Stage): PlaceScene {
  const { width, height, unit, palette } = stage;
  const bottom = height + stage.marginY;
  const [surfaceLight, shallow, middle, deep] = palette.sky;
  const floor = [
    { name: 'reef0', depth: 0.16, share: 0.7, swing: 0.13, wavelength: 0.55, fade: 0.78 },
    { name: 'reef1', depth: 0.36, share: 0.83, swing: 0.12, wavelength: 0.45, fade: 0.5 },
    { name: 'reef2', depth: 0.75, share: 0.99, swing: 0.12, wavelength: 0.5, fade: 0.08 },
  ].map((reef) => ({
    ...reef,
    line: skyline(stage, {
      name: reef.name,
      base: height * reef.share,
      swing: unit * reef.swing,
      wavelength: unit * reef.wavelength,
      form: 'hills',
    }),
  }));
  return {
    layers: [
      stillLayer(stage, { depth: 0 }, (context) => {
        context.fillStyle = verticalGradient(context, -stage.marginY, bottom, [
          [0, surfaceLight],
          [0.16, shallow],
          [0.5, middle],
          [1, deep],
        ]);
        context.fillRect(-stage.marginX, -stage.marginY, width + 2 * stage.marginX, bottom + stage.marginY);
        context.globalCompositeOperation = 'screen';
        glow(context, { x: stage.lamp.x, y: -unit * 0.02, radius: unit * 0.85, colour: palette.disc, alpha: 0.8 });
        context.globalCompositeOperation = 'source-over';
      }),
      ripples(stage),
      ...floor.flatMap((reef, index) => [
        stillLayer(stage, { depth: reef.depth }, (context) => {
          const random = stage.random(reef.name);
          const ink = mix(palette.shadow, palette.haze, reef.fade);
          fillLand(context, stage, {
            line: reef.line,
            bottom,
            from: height * reef.share - unit * 0.15,
            colours: [
              [0, mix(ink, shallow, 0.16)],
              [0.4, ink],
              [1, mix(ink, deep, 0.4)],
            ],
          });
          for (let coral = 0; coral < 16; coral += 1) {
            const x = random.between(-stage.marginX, width + stage.marginX);
            const size = unit * random.between(0.03, 0.085) * (0.4 + reef.depth);
            const own = random.pick([
              palette.accent,
              palette.accent2,
              hex('#e0609a'),
              hex('#9a6ae0'),
              hex('#4fc0a0'),
            ] as const);
            const colour = mix(mix(own, ink, 0.35 + reef.fade * 0.4), palette.haze, reef.fade * 0.5);
            const y = reef.line(x) + size * 0.12;
            context.strokeStyle = css(colour);
            context.fillStyle = css(colour);
            context.lineCap = 'round';
            if (random.chance(0.55)) {
              for (let arm = -3; arm <= 3; arm += 1) {
                context.lineWidth = size * 0.13;
                context.beginPath();
                context.moveTo(x, y);
                context.bezierCurveTo(
                  x + arm * size * 0.08,
                  y - size * 0.5,
                  x + arm * size * 0.26,
                  y - size * 0.5,
                  x + arm * size * 0.24,
                  y - size * (1.05 - Math.abs(arm) * 0.14),
                );
                context.stroke();
              }
            } else {
              for (let ball = 0; ball < 5; ball += 1) {
                context.beginPath();
                context.arc(
                  x + (ball - 2) * size * 0.3,
                  y - size * 0.14 * random.between(0.4, 2),
                  size * random.between(0.2, 0.36),
                  0,
                  Math.PI * 2,
                );
                context.fill();
              }
            }
          }
        }),
        ...(index < 2
          ? [
              mist(stage, {
                name: `murk${index}`,
                depth: reef.depth + 0.02,
                top: reef.share - 0.16,
                bottom: 1.08,
                alpha: 0.5,
                colour: mix(palette.haze, middle, 0.5),
              }),
            ]
          : []),
      ]),
      kelp(stage, { depth: 0.4, count: 10, tall: 0.36, fade: 0.42 }),
      kelp(stage, { depth: 0.9, count: 8, tall: 0.5, fade: 0.02 }),
      shafts(stage, { x: stage.lamp.x, y: unit * 0.42 }),
    ],
    stands: {
      ground: { x: width * 0.5, y: height * 0.84, depth: 0.4, scale: 0.8 },
      far: null,
      water: null,
      air: { x: width * 0.5, y: height * 0.47, depth: 0.34, scale: 1 },
    },
  };
}

/** The surface from below. */
function ripples(stage: Stage): Layer {
  const random = stage.random('ripples');
  const list = Array.from({ length: 46 }, () => ({
    x: random.between(-0.1, 1.1),
    y: random.next() ** 2,
    phase: random.between(0, 6.28),
    length: random.between(0.03, 0.13),
  }));
  return {
    depth: 0.08,
    draw(context, moment) {
      context.globalCompositeOperation = 'screen';
      for (const ripple of list) {
        const shine = 0.5 + 0.5 * Math.sin(moment.seconds * 1.9 + ripple.phase);
        context.fillStyle = css(lighten(stage.palette.light, 0.05), 0.34 * shine * (1 - ripple.y));
        context.beginPath();
        context.ellipse(
          ripple.x * stage.width + Math.sin(moment.seconds * 0.7 + ripple.phase) * stage.unit * 0.02,
          ripple.y * stage.unit * 0.16,
          ripple.length * stage.unit * (0.7 + 0.5 * shine),
          stage.unit * 0.0065 * (0.3 + shine),
          0,
          0,
          Math.PI * 2,
        );
        context.fill();
      }
      context.globalCompositeOperation = 'source-over';
    },
  };
}

function kelp(
  stage: Stage,
  bed: { readonly depth: number; readonly count: number; readonly tall: number; readonly fade: number },
): Layer {
  const { width, height, unit, palette } = stage;
  const random = stage.random(`kelp${bed.depth}`);
  const stalks = Array.from({ length: bed.count }, (_, index) => {
    const left = index % 2 === 0;
    return {
      x: width * (left ? random.between(-0.14, 0.24) : random.between(0.76, 1.14)),
      tall: unit * bed.tall * random.between(0.55, 1.25),
      phase: random.between(0, 6.28),
      broad: unit * random.between(0.006, 0.012) * (0.5 + bed.depth),
    };
  });
  const ink = css(mix(mix(palette.shadow, hex('#1f5a3a'), 0.4), palette.haze, bed.fade));
  return {
    depth: bed.depth,
    draw(context, moment) {
      context.fillStyle = ink;
      for (const stalk of stalks) {
        const foot = height * 1.04;
        const at = (share: number) => ({
          x: stalk.x + Math.sin(moment.seconds * 1.1 + stalk.phase + share * 3.2) * share * unit * 0.045,
          y: foot - share * stalk.tall,
        });
        context.beginPath();
        for (let step = 0; step <= 12; step += 1) {
          const share = step / 12;
          const point = at(share);
          context.lineTo(point.x - stalk.broad * (1.05 - share), point.y);
        }
        for (let step = 12; step >= 0; step -= 1) {
          const share = step / 12;
          const point = at(share);
          context.lineTo(point.x + stalk.broad * (1.05 - share), point.y);
        }
        context.fill();
        context.beginPath();
        for (let leaf = 1; leaf < 12; leaf += 1) {
          const point = at(leaf / 12);
          const side = leaf % 2 === 0 ? 1 : -1;
          const reach = stalk.broad * 7 * (1.1 - leaf / 14);
          const sway = Math.sin(moment.seconds * 1.4 + stalk.phase + leaf) * reach * 0.2;
          context.moveTo(point.x, point.y);
          context.quadraticCurveTo(
            point.x + side * reach * 0.5,
            point.y - reach * 0.15,
            point.x + side * reach,
            point.y - reach * 0.62 + sway,
          );
          context.quadraticCurveTo(point.x + side * reach * 0.3, point.y - reach * 0.55, point.x, point.y);
        }
        context.fill();
      }
    },
  };
}
