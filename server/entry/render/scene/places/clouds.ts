import { backdrop, verticalGradient } from '../backdrop.ts';
import { css, lighten, mix } from '../colour.ts';
import { skyline } from '../land.ts';
import type { Layer, Stage } from '../stage.ts';
import { scratch } from '../stage.ts';
import { mist } from '../weather.ts';
import type { PlaceScene } from './place.ts';

/** Above the weather: banks of cumulus to the horizon, their tops in the light. */
export function clouds(stage: Stage): PlaceScene {
  const { width, height, horizon, unit } = stage;
  const drop = height - horizon;
  const banks = [
    { depth: 0.08, distance: 0.8, base: horizon + drop * 0.02, size: 0.035 },
    { depth: 0.17, distance: 0.6, base: horizon + drop * 0.14, size: 0.06 },
    { depth: 0.32, distance: 0.38, base: horizon + drop * 0.34, size: 0.1 },
    { depth: 0.55, distance: 0.16, base: horizon + drop * 0.62, size: 0.15 },
    { depth: 0.9, distance: 0, base: horizon + drop * 1.02, size: 0.22 },
  ];
  return {
    layers: [
      ...backdrop(stage),
      ...banks.flatMap((bank, index) => [
        cloudBank(stage, { ...bank, name: `bank${index}` }),
        mist(stage, {
          name: `veil${index}`,
          depth: bank.depth + 0.01,
          top: (bank.base - unit * 0.04) / height,
          bottom: (bank.base + unit * bank.size * 2.2) / height,
          alpha: 0.45,
        }),
      ]),
    ],
    stands: {
      ground: null,
      far: null,
      water: null,
      air: { x: width * (stage.lamp.x > width / 2 ? 0.36 : 0.64), y: horizon * 0.66, depth: 0.4, scale: 1.15 },
    },
  };
}

function cloudBank(
  stage: Stage,
  bank: {
    readonly name: string;
    readonly depth: number;
    readonly distance: number;
    readonly base: number;
    readonly size: number;
  },
): Layer {
  const { width, height, unit, marginX, palette, lamp } = stage;
  const random = stage.random(bank.name);
  const top = Math.floor(bank.base - unit * bank.size * 2.4);
  const full = width + 2 * marginX;
  const { canvas, context } = scratch(full, height + stage.marginY - top);
  const line = skyline(stage, {
    name: bank.name,
    base: bank.base,
    swing: unit * bank.size * 1.15,
    wavelength: unit * bank.size * 5.5,
    form: 'hills',
  });
  const lit = mix(mix([0.97, 0, 0.01], palette.light, 0.55), palette.sky[3], 0.1 + bank.distance * 0.4);
  const shade = mix(mix(palette.haze, palette.sky[1], 0.72), palette.sky[2], bank.distance * 0.6);
  context.translate(marginX, -top);
  const puffs = Array.from({ length: Math.round((full / (unit * bank.size)) * 12) }, () => {
    const x = random.between(-marginX, width + marginX);
    const down = random.next();
    return {
      x,
      down,
      y: line(x) + down * unit * bank.size * 1.7,
      size: unit * bank.size * random.between(0.26, 0.95) * (0.7 + 0.6 * down),
    };
  }).sort((one, other) => one.down - other.down);
  for (const puff of puffs) {
    const towards = lamp.x > puff.x ? 1 : -1;
    const near = Math.exp(-Math.abs(lamp.x - puff.x) / (width * 0.45));
    const bright = mix(lit, mix(palette.disc, palette.glow, 0.5), near * 0.5);
    const share = 0.1 + puff.down * 0.75;
    const gradient = context.createRadialGradient(
      puff.x + towards * puff.size * 0.4,
      puff.y - puff.size * 0.5,
      puff.size * 0.1,
      puff.x,
      puff.y,
      puff.size,
    );
    gradient.addColorStop(0, css(mix(bright, shade, share * 0.75), 0.62));
    gradient.addColorStop(0.5, css(mix(bright, shade, Math.min(1, share + 0.14)), 0.4));
    gradient.addColorStop(1, css(mix(bright, shade, Math.min(1, share + 0.2)), 0));
    context.fillStyle = gradient;
    context.beginPath();
    context.arc(puff.x, puff.y, puff.size, 0, Math.PI * 2);
    context.fill();
  }
  context.globalCompositeOperation = 'destination-over';
  context.beginPath();
  context.moveTo(-marginX, height + stage.marginY);
  for (let x = -marginX; x <= width + marginX; x += 4) context.lineTo(x, line(x) + unit * bank.size * 0.5);
  context.lineTo(width + marginX, height + stage.marginY);
  context.fillStyle = verticalGradient(context, bank.base, bank.base + unit * bank.size * 3, [
    [0, mix(lit, shade, 0.55)],
    [1, lighten(shade, -0.02)],
  ]);
  context.fill();
  return {
    depth: bank.depth,
    draw(target, moment) {
      target.drawImage(canvas, -marginX + (moment.progress - 0.5) * unit * 0.05 * bank.depth, top);
    },
  };
}
