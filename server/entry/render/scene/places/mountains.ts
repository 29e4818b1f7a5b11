import { backdrop, glow } from '../backdrop.ts';
import { css, hex, lighten, mix } from '../colour.ts';
import { fillLand, fir, skyline } from '../land.ts';
import { surface } from '../palette.ts';
import { paintRange } from '../range.ts';
import type { Layer, Stage } from '../stage.ts';
import { stillLayer } from '../stage.ts';
import { mist } from '../weather.ts';
import type { PlaceScene } from './place.ts';

export function mountains(stage: Stage): PlaceScene {
  const { width, height, horizon, unit, palette, spec } = stage;
  const bottom = height + stage.marginY;
  const rock = spec.weather.includes('embers') ? hex('#5c4038') : hex('#6d6f7d');
  const wooded = spec.season === 'autumn' ? hex('#a8622e') : hex('#4a6a48');
  const snowy = spec.season !== 'summer' && !spec.weather.includes('embers');
  const ranges = [
    {
      name: 'range0',
      base: horizon - unit * 0.14,
      swing: unit * 0.21,
      wavelength: unit * 0.95,
      depth: 0.1,
      distance: 0.72,
      foot: horizon + unit * 0.06,
    },
    {
      name: 'range1',
      base: horizon - unit * 0.01,
      swing: unit * 0.17,
      wavelength: unit * 0.7,
      depth: 0.2,
      distance: 0.46,
      foot: horizon + unit * 0.16,
    },
  ].map((range) => ({ ...range, line: skyline(stage, { ...range, form: 'peaks' }) }));
  const hill = skyline(stage, {
    name: 'wooded',
    base: horizon + unit * 0.12,
    swing: unit * 0.1,
    wavelength: unit * 0.62,
    form: 'hills',
  });
  const near = skyline(stage, {
    name: 'near',
    base: height - unit * 0.13,
    swing: unit * 0.07,
    wavelength: unit * 0.8,
    form: 'hills',
  });
  const side = stage.lamp.x > width / 2 ? 0.3 : 0.7;
  return {
    layers: [
      ...backdrop(stage),
      ...ranges.flatMap((range, index) => [
        stillLayer(stage, { depth: range.depth, bottom: range.foot + unit * 0.1 }, (context) =>
          paintRange(context, stage, {
            name: range.name,
            line: range.line,
            bottom: range.foot + unit * 0.1,
            top: range.base - range.swing * 1.3,
            lit: mix(
              surface(palette, lighten(rock, 0.14), range.distance * 0.8),
              palette.light,
              0.22 * (1 - range.distance),
            ),
            shade: mix(surface(palette, lighten(rock, -0.12), range.distance), palette.sky[1], 0.18),
            foot: mix(palette.haze, palette.sky[3], 0.3 - 0.2 * index),
            snow: snowy
              ? {
                  lit: mix(mix([0.97, 0, 0.005], palette.light, 0.45), palette.haze, range.distance * 0.35),
                  shade: mix(mix([0.8, -0.01, -0.045], palette.sky[1], 0.45), palette.haze, range.distance * 0.45),
                  line: range.base - range.swing * (0.1 + index * 0.45),
                }
              : null,
            wavelength: range.wavelength,
          }),
        ),
        mist(stage, {
          name: `valley${index}`,
          depth: range.depth + 0.02,
          top: (range.foot - unit * 0.18) / height,
          bottom: (range.foot + unit * 0.1) / height,
          alpha: 0.75,
        }),
      ]),
      ...(spec.weather.includes('embers') ? [volcano(stage)] : []),
      stillLayer(stage, { depth: 0.38 }, (context) => {
        const colour = surface(palette, wooded, 0.3);
        fillLand(context, stage, {
          line: hill,
          bottom,
          from: horizon,
          colours: [
            [0, colour],
            [0.6, mix(colour, palette.haze, 0.35)],
            [1, palette.haze],
          ],
        });
        const random = stage.random('hillside');
        for (let index = 0; index < 170; index += 1) {
          const x = random.between(-stage.marginX, width + stage.marginX);
          const down = random.next() ** 1.6;
          const y = hill(x) + down * unit * 0.15 + 2;
          fir(context, {
            x,
            y,
            height: unit * (0.038 + 0.03 * down) * random.between(0.7, 1.3),
            colour: mix(lighten(colour, -0.05), palette.haze, 0.1 + 0.25 * random.next()),
            lean: random.between(-1, 1),
          });
        }
      }),
      mist(stage, {
        name: 'valley3',
        depth: 0.5,
        top: (horizon + unit * 0.12) / height,
        bottom: (horizon + unit * 0.4) / height,
        alpha: 0.5,
      }),
      stillLayer(stage, { depth: 0.85 }, (context) => {
        const random = stage.random('nearwood');
        const ink = mix(surface(palette, wooded, 0), palette.shadow, 0.72);
        for (let index = 0; index < 46; index += 1) {
          const x = random.between(-stage.marginX, width + stage.marginX);
          // A clearing is left for whoever stands there, and the view.
          const away = Math.min(1, Math.abs(x / width - side) * 2.4);
          const tall = unit * (0.05 + 0.26 * away ** 1.6) * random.between(0.65, 1.2);
          fir(context, {
            x,
            y: near(x) + unit * 0.03,
            height: tall,
            colour: mix(ink, palette.haze, random.between(0, 0.14)),
            lean: random.between(-1, 1),
          });
        }
        fillLand(context, stage, {
          line: near,
          bottom,
          from: height - unit * 0.2,
          colours: [
            [0, ink],
            [1, palette.shadow],
          ],
        });
      }),
    ],
    stands: {
      ground: { x: width * side, y: near(width * side) + unit * 0.006, depth: 0.85, scale: 0.8 },
      far: { x: width * (1 - side), y: hill(width * (1 - side)) + unit * 0.012, depth: 0.37, scale: 0.55 },
      water: null,
      air: { x: width * (1 - side), y: horizon * 0.4, depth: 0.3, scale: 1 },
    },
  };
}

/** A cone that glows from its mouth, lava running down its flanks. */
function volcano(stage: Stage): Layer {
  const { width, horizon, unit, palette } = stage;
  const random = stage.random('volcano');
  const peak = { x: width * (stage.lamp.x > width / 2 ? 0.62 : 0.38), y: horizon - unit * 0.36 };
  const foot = horizon + unit * 0.14;
  const mouth = unit * 0.05;
  const streams = Array.from({ length: 5 }, (_, index) => {
    let [x, y] = [peak.x + (index - 2) * mouth * 0.36, peak.y + unit * 0.006];
    const points: (readonly [number, number])[] = [];
    while (y < foot - unit * random.between(0.02, 0.18)) {
      points.push([x, y]);
      x += ((index - 2) * 0.5 + random.between(-0.6, 0.6)) * unit * 0.012;
      y += unit * 0.018;
    }
    return points;
  });
  const cone = stillLayer(stage, { depth: 0.25, bottom: foot }, (context) => {
    const rock = mix(palette.shadow, palette.haze, 0.22);
    const gradient = context.createLinearGradient(0, peak.y, 0, foot);
    gradient.addColorStop(0, css(rock));
    gradient.addColorStop(1, css(palette.haze));
    context.fillStyle = gradient;
    context.beginPath();
    context.moveTo(peak.x - unit * 0.62, foot);
    context.bezierCurveTo(
      peak.x - unit * 0.3,
      foot - unit * 0.1,
      peak.x - unit * 0.13,
      peak.y + unit * 0.14,
      peak.x - mouth,
      peak.y,
    );
    context.lineTo(peak.x - mouth * 0.4, peak.y + unit * 0.012);
    context.lineTo(peak.x + mouth * 0.5, peak.y + unit * 0.008);
    context.lineTo(peak.x + mouth, peak.y - unit * 0.006);
    context.bezierCurveTo(
      peak.x + unit * 0.15,
      peak.y + unit * 0.14,
      peak.x + unit * 0.32,
      foot - unit * 0.1,
      peak.x + unit * 0.66,
      foot,
    );
    context.fill();
  });
  return {
    depth: 0.25,
    draw(context, moment) {
      const pulse = 0.85 + 0.15 * Math.sin(moment.seconds * 3) * Math.sin(moment.seconds * 7.3);
      context.globalCompositeOperation = 'screen';
      glow(context, { ...peak, radius: unit * 0.55, colour: hex('#ff5a22'), alpha: 0.85 * pulse });
      context.globalCompositeOperation = 'source-over';
      for (let puff = 0; puff < 16; puff += 1) {
        const age = (((moment.seconds * 0.07 + puff / 16) % 1) + 1) % 1;
        context.fillStyle = css(
          mix(palette.shadow, hex('#c8502a'), 0.5 * (1 - age)),
          0.32 * (1 - age) * Math.min(1, age * 6),
        );
        context.beginPath();
        context.arc(
          peak.x + (age * 0.34 + Math.sin(puff * 2.4) * 0.05 * age) * unit,
          peak.y - age * unit * 0.42,
          unit * (0.03 + 0.12 * age),
          0,
          Math.PI * 2,
        );
        context.fill();
      }
      cone.draw(context, moment);
      context.lineCap = 'round';
      context.lineJoin = 'round';
      for (const [broad, colour, alpha] of [
        [0.016, '#ff4a1a', 0.4],
        [0.007, '#ff8a2a', 0.9],
        [0.003, '#ffe08a', 0.95],
      ] as const) {
        context.strokeStyle = css(hex(colour), alpha * pulse);
        context.lineWidth = unit * broad;
        for (const stream of streams) {
          context.beginPath();
          for (const [x, y] of stream) context.lineTo(x, y);
          context.stroke();
        }
      }
      context.globalCompositeOperation = 'screen';
      glow(context, { x: peak.x, y: peak.y, radius: unit * 0.16, colour: hex('#ffb04a'), alpha: pulse });
      for (let bomb = 0; bomb < 22; bomb += 1) {
        const age = (((moment.seconds * 0.42 + bomb / 22) % 1) + 1) % 1;
        const throwX = Math.sin(bomb * 12.9) * 0.2;
        const throwY = 0.34 + 0.2 * Math.abs(Math.cos(bomb * 7.7));
        context.fillStyle = css(hex('#ffc05a'), 1 - age);
        context.beginPath();
        context.arc(
          peak.x + throwX * age * unit,
          peak.y - (throwY * age - 0.62 * age * age) * unit,
          unit * 0.004,
          0,
          Math.PI * 2,
        );
        context.fill();
      }
      context.globalCompositeOperation = 'source-over';
    },
  };
}
