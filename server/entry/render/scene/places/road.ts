import { backdrop, glow, verticalGradient } from '../backdrop.ts';
import { css, hex, mix } from '../colour.ts';
import { fillLand, skyline } from '../land.ts';
import { surface } from '../palette.ts';
import { paintRange } from '../range.ts';
import type { Layer, Stage } from '../stage.ts';
import { stillLayer } from '../stage.ts';
import { mist } from '../weather.ts';
import type { PlaceScene } from './place.ts';

/** A road to the horizon; what stands beside it comes towards the viewer. */
export function road(stage: Stage): PlaceScene {
  const { width, height, horizon, unit, palette, spec } = stage;
  const bottom = height + stage.marginY;
  const neon = spec.lights.includes('neon');
  const earth = neon
    ? hex('#3a2a5a')
    : spec.season === 'winter'
      ? hex('#d8e0ea')
      : spec.season === 'autumn'
        ? hex('#b88a4a')
        : spec.time === 'day'
          ? hex('#8a9a5a')
          : hex('#a07a52');
  const peaks = skyline(stage, {
    name: 'roadpeaks',
    base: horizon - unit * 0.06,
    swing: unit * 0.13,
    wavelength: unit * 0.7,
    form: 'peaks',
  });
  const hills = skyline(stage, {
    name: 'roadhills',
    base: horizon - unit * 0.012,
    swing: unit * 0.03,
    wavelength: unit * 0.5,
    form: 'hills',
  });
  const vanish = { x: width * 0.5, y: horizon };
  return {
    layers: [
      ...backdrop(stage),
      stillLayer(stage, { depth: 0.07, bottom: horizon + unit * 0.06 }, (context) =>
        paintRange(context, stage, {
          name: 'roadpeaks',
          line: peaks,
          bottom: horizon + unit * 0.06,
          top: horizon - unit * 0.32,
          wavelength: unit * 0.7,
          lit: mix(surface(palette, hex('#8a7a70'), 0.55), palette.light, 0.14),
          shade: mix(surface(palette, hex('#56505c'), 0.58), palette.sky[1], 0.2),
          foot: palette.haze,
          snow: null,
        }),
      ),
      mist(stage, {
        name: 'roadhaze',
        depth: 0.08,
        top: (horizon - unit * 0.12) / height,
        bottom: (horizon + unit * 0.06) / height,
        alpha: 0.6,
        colour: mix(palette.glow, palette.haze, 0.5),
      }),
      stillLayer(stage, { depth: 0.12, top: horizon - unit * 0.1 }, (context) => {
        const colour = surface(palette, earth, 0);
        fillLand(context, stage, {
          line: (x) => Math.min(horizon + 2, hills(x)),
          bottom,
          from: horizon - unit * 0.04,
          colours: [
            [0, mix(colour, palette.haze, 0.72)],
            [0.14, mix(colour, palette.haze, 0.3)],
            [0.5, colour],
            [1, mix(colour, palette.shadow, 0.6)],
          ],
        });
        const random = stage.random('scrub');
        for (let clump = 0; clump < 420; clump += 1) {
          const near = random.next() ** 1.7;
          const y = horizon + 3 + near * (height - horizon) * 1.05;
          const x = random.between(-stage.marginX, width + stage.marginX);
          const size = unit * (0.0016 + 0.014 * near) * random.between(0.5, 1.3);
          context.fillStyle = css(
            mix(
              random.chance(0.4) ? mix(colour, palette.light, 0.3) : mix(colour, palette.shadow, 0.45),
              palette.haze,
              0.5 * (1 - near),
            ),
            0.5,
          );
          context.beginPath();
          context.ellipse(x, y, size * 2.4, size * 0.8, 0, 0, Math.PI * 2);
          context.fill();
        }
        const tar = mix(surface(palette, hex('#4a4a52'), 0), palette.shadow, 0.35);
        const half = roadHalf(bottom);
        context.fillStyle = verticalGradient(context, horizon, bottom, [
          [0, mix(tar, palette.haze, 0.7)],
          [0.25, mix(tar, palette.sky[3], 0.14)],
          [1, tar],
        ]);
        context.beginPath();
        context.moveTo(vanish.x - unit * 0.003, vanish.y);
        context.lineTo(vanish.x + unit * 0.003, vanish.y);
        context.lineTo(vanish.x + half, bottom);
        context.lineTo(vanish.x - half, bottom);
        context.fill();
        context.globalCompositeOperation = 'screen';
        glow(context, { x: vanish.x, y: horizon, radius: unit * 0.5, colour: palette.glow, alpha: 0.3 });
        context.globalCompositeOperation = 'source-over';
        for (const edge of [-0.9, 0.9]) {
          context.fillStyle = css(neon ? palette.accent2 : mix([0.92, 0, 0.02], tar, 0.35), 0.8);
          context.beginPath();
          context.moveTo(vanish.x, vanish.y);
          context.lineTo(vanish.x + half * edge, bottom);
          context.lineTo(vanish.x + half * (edge + 0.035), bottom);
          context.fill();
        }
      }),
      moving(stage, { vanish, roadHalf, neon }),
    ],
    stands: {
      ground: { x: width * 0.5 + unit * 0.075, y: horizon + (height - horizon) * 0.48, depth: 0.2, scale: 0.85 },
      far: { x: width * (stage.lamp.x > width / 2 ? 0.2 : 0.8), y: horizon + unit * 0.02, depth: 0.13, scale: 0.6 },
      water: null,
      air: { x: width * 0.38, y: horizon * 0.5, depth: 0.2, scale: 0.9 },
    },
  };

  function roadHalf(y: number): number {
    return ((y - horizon) / (height - horizon)) * unit * 0.62;
  }
}

/** Lane marks and poles in true perspective, driven past. */
function moving(
  stage: Stage,
  road: {
    readonly vanish: { readonly x: number; readonly y: number };
    readonly neon: boolean;
    roadHalf(y: number): number;
  },
): Layer {
  const { height, horizon, unit, palette } = stage;
  const drop = height - horizon;
  const depthOf = (far: number) => horizon + drop / far;
  const speed = 1.5;
  const pole = mix(palette.shadow, palette.haze, 0.12);
  return {
    depth: 0.121,
    draw(context, moment) {
      const travelled = moment.seconds * speed;
      context.fillStyle = css(road.neon ? palette.accent : mix([0.94, 0.01, 0.06], palette.shadow, 0.22), 0.85);
      for (let index = 0; index < 26; index += 1) {
        const far = 0.75 + index * 0.8 + 0.8 - (((travelled % 0.8) + 0.8) % 0.8);
        const [near, away] = [depthOf(Math.max(0.7, far)), depthOf(Math.max(0.7, far) + 0.36)];
        context.beginPath();
        context.moveTo(road.vanish.x - road.roadHalf(near) * 0.022, near);
        context.lineTo(road.vanish.x + road.roadHalf(near) * 0.022, near);
        context.lineTo(road.vanish.x + road.roadHalf(away) * 0.022, away);
        context.lineTo(road.vanish.x - road.roadHalf(away) * 0.022, away);
        context.fill();
      }
      const spacing = 2.2;
      const tops: { readonly x: number; readonly y: number }[] = [];
      for (let index = 11; index >= 0; index -= 1) {
        const far = 0.5 + index * spacing + spacing - (((travelled % spacing) + spacing) % spacing);
        const foot = depthOf(far);
        const tall = (unit * 0.62) / far;
        const x = road.vanish.x - road.roadHalf(foot) * 1.32;
        const fade = Math.min(1, 1.6 / far + 0.12);
        context.fillStyle = css(mix(palette.haze, pole, fade));
        const broad = Math.max(0.7, (unit * 0.011) / far);
        context.fillRect(x - broad / 2, foot - tall, broad, tall);
        context.fillRect(x - tall * 0.11, foot - tall * 0.93, tall * 0.22, broad * 0.8);
        context.fillRect(x - tall * 0.08, foot - tall * 0.84, tall * 0.16, broad * 0.7);
        tops.push({ x, y: foot - tall * 0.94 });
        if (road.neon) {
          context.globalCompositeOperation = 'screen';
          glow(context, {
            x,
            y: foot - tall,
            radius: tall * 0.4,
            colour: index % 2 === 0 ? palette.accent : palette.accent2,
            alpha: 0.8,
          });
          context.globalCompositeOperation = 'source-over';
        }
      }
      context.strokeStyle = css(pole, 0.6);
      context.lineWidth = Math.max(0.6, unit * 0.0016);
      context.beginPath();
      tops.forEach((top, index) => {
        const next = tops[index + 1];
        if (next === undefined) return;
        context.moveTo(top.x, top.y);
        context.quadraticCurveTo(
          (top.x + next.x) / 2,
          (top.y + next.y) / 2 + Math.abs(next.x - top.x) * 0.1,
          next.x,
          next.y,
        );
      });
      context.stroke();
    },
  };
}
