import { glow, stars, verticalGradient } from '../backdrop.ts';
import { css, hex, lighten, mix } from '../colour.ts';
import { crown } from '../foliage.ts';
import { fillLand, fir, skyline } from '../land.ts';
import { surface } from '../palette.ts';
import type { Layer, Stage } from '../stage.ts';
import { stillLayer } from '../stage.ts';
import { mist } from '../weather.ts';
import type { PlaceScene } from './place.ts';

export function forest(stage: Stage): PlaceScene {
  const { width, height, horizon, unit, palette, spec } = stage;
  const bottom = height + stage.marginY;
  const leaf =
    spec.season === 'autumn' ? hex('#c8742e') : spec.weather.includes('petals') ? hex('#e79ab4') : hex('#4f8a4a');
  const seasonal = spec.season === 'autumn' || spec.weather.includes('petals');
  const night = spec.time === 'night';
  const glowAt = { x: width * 0.5 + (stage.lamp.x - width * 0.5) * 0.5, y: horizon - unit * 0.3 };
  const bands = [
    { depth: 0.12, distance: 0.8, count: 34, broad: 0.011, foot: horizon - unit * 0.02 },
    { depth: 0.26, distance: 0.56, count: 22, broad: 0.021, foot: horizon + unit * 0.02 },
    { depth: 0.46, distance: 0.3, count: 13, broad: 0.038, foot: horizon + unit * 0.07 },
    { depth: 0.72, distance: 0.06, count: 6, broad: 0.074, foot: horizon + unit * 0.17 },
  ];
  return {
    layers: [
      stillLayer(stage, { depth: 0 }, (context) => {
        const far = mix(palette.haze, palette.sky[3], night ? 0.25 : 0.55);
        context.fillStyle = verticalGradient(context, -stage.marginY, bottom, [
          [0, mix(far, palette.sky[1], 0.7)],
          [0.45, far],
          [0.8, mix(far, palette.haze, 0.4)],
          [1, palette.shadow],
        ]);
        context.fillRect(-stage.marginX, -stage.marginY, width + 2 * stage.marginX, bottom + stage.marginY);
        context.globalCompositeOperation = 'screen';
        glow(context, { ...glowAt, radius: unit * 0.95, colour: palette.glow, alpha: night ? 0.4 : 0.8 });
        glow(context, { ...glowAt, radius: unit * 0.34, colour: palette.disc, alpha: night ? 0.4 : 0.85 });
        context.globalCompositeOperation = 'source-over';
      }),
      ...(night ? [stars(stage, 0.4)] : []),
      ...bands.flatMap((band, index) => [
        stillLayer(stage, { depth: band.depth }, (context) => {
          const random = stage.random(`trunks${index}`);
          const ink = mix(surface(palette, hex('#4c4038'), band.distance), palette.shadow, (1 - band.distance) * 0.5);
          const ground = skyline(stage, {
            name: `floor${index}`,
            base: band.foot,
            swing: unit * 0.03,
            wavelength: unit * 0.5,
            form: 'hills',
          });
          const floor = mix(
            mix(
              surface(palette, mix(leaf, hex('#4a4a32'), 0.6), band.distance),
              palette.shadow,
              (1 - band.distance) * 0.35,
            ),
            leaf,
            seasonal ? 0.2 * (1 - band.distance) : 0,
          );
          for (let trunk = 0; trunk < band.count; trunk += 1) {
            let x = ((trunk + random.between(0.1, 0.9)) / band.count) * (width + 2 * stage.marginX) - stage.marginX;
            // The middle stays open: the eye needs a way in.
            const middle = (x - glowAt.x) / width;
            if (Math.abs(middle) < 0.07 + 0.14 * band.depth)
              x += Math.sign(middle || 1) * width * (0.1 + 0.2 * band.depth);
            const broad = unit * band.broad * random.between(0.65, 1.4);
            const lean = random.between(-0.05, 0.05) * unit;
            const foot = ground(x) + 3;
            const bow = random.between(-0.03, 0.03) * unit;
            const gradient = context.createLinearGradient(x - broad, 0, x + broad, 0);
            const bright = css(mix(ink, palette.light, 0.38 * (1 - band.distance * 0.5)));
            const lit = x > glowAt.x;
            gradient.addColorStop(0, lit ? bright : css(ink));
            gradient.addColorStop(0.45, css(ink));
            gradient.addColorStop(1, lit ? css(ink) : bright);
            context.fillStyle = gradient;
            context.beginPath();
            context.moveTo(x - broad * 1.5, foot + unit * 0.01);
            context.quadraticCurveTo(x - broad * 0.62, foot - broad * 1.4, x - broad * 0.55 + bow, foot * 0.5);
            context.lineTo(x - broad * 0.34 + lean, -stage.marginY);
            context.lineTo(x + broad * 0.34 + lean, -stage.marginY);
            context.lineTo(x + broad * 0.55 + bow, foot * 0.5);
            context.quadraticCurveTo(x + broad * 0.62, foot - broad * 1.4, x + broad * 1.5, foot + unit * 0.01);
            context.fill();
            for (let limb = 0; limb < 2 + index; limb += 1) {
              const from = foot * random.between(0.1, 0.55);
              const side = random.chance(0.5) ? 1 : -1;
              const reach = unit * random.between(0.05, 0.14) * (0.4 + band.depth);
              context.lineWidth = broad * random.between(0.1, 0.2);
              context.strokeStyle = css(ink);
              context.beginPath();
              context.moveTo(x + lean * (1 - from / foot), from);
              context.quadraticCurveTo(
                x + side * reach * 0.5,
                from - reach * 0.1,
                x + side * reach,
                from - reach * random.between(0.4, 0.9),
              );
              context.stroke();
            }
          }
          // Crowns hang in from above; autumn and blossom keep their colour in any light.
          const own = (night ? 0.12 : 0.2) + (seasonal ? 0.32 * (1 - band.distance) : 0);
          for (let clump = 0; clump < 15 + 3 * index; clump += 1) {
            const x = random.between(-stage.marginX, width + stage.marginX);
            const open = Math.max(0, 1 - Math.abs(x - glowAt.x) / (width * 0.4));
            const y =
              -unit * 0.02 +
              random.next() * unit * (0.18 - 0.16 * open) * (0.7 + 0.5 * band.depth) * (height > width ? 1.7 : 1);
            crown(context, {
              x,
              y,
              radiusX: unit * random.between(0.1, 0.18),
              radiusY: unit * random.between(0.05, 0.1),
              dark: mix(mix(ink, floor, 0.35), leaf, own * 0.5),
              lit: mix(mix(surface(palette, lighten(leaf, 0.08), band.distance), palette.light, 0.15), leaf, own),
              random,
              count: 30,
              light: x > glowAt.x ? -1 : 1,
            });
          }
          fillLand(context, stage, {
            line: ground,
            bottom,
            from: band.foot - unit * 0.03,
            colours: [
              [0, mix(floor, palette.light, 0.16)],
              [0.2, floor],
              [1, mix(floor, palette.shadow, 0.75)],
            ],
          });
          for (let fern = 0; fern < 60; fern += 1) {
            const x = random.between(-stage.marginX, width + stage.marginX);
            const y = ground(x) + random.next() * unit * 0.05;
            const tall = unit * 0.042 * (0.4 + band.depth) * random.between(0.6, 1.4);
            context.strokeStyle = css(mix(floor, random.chance(0.3) ? palette.light : palette.shadow, 0.28));
            context.lineWidth = Math.max(0.7, tall * 0.07);
            context.beginPath();
            for (let blade = -2; blade <= 2; blade += 1) {
              context.moveTo(x, y + 2);
              context.quadraticCurveTo(
                x + blade * tall * 0.18,
                y - tall * 0.8,
                x + blade * tall * 0.42,
                y - tall * (0.9 - 0.16 * Math.abs(blade)),
              );
            }
            context.stroke();
          }
          if (spec.season === 'winter' || spec.place === 'snow')
            for (let tree = 0; tree < 10; tree += 1)
              fir(context, {
                x: random.between(-stage.marginX, width),
                y: band.foot + unit * 0.02,
                height: unit * 0.2 * (0.5 + band.depth),
                colour: ink,
                snow: [0.95, 0, -0.01],
                lean: random.between(-1, 1),
              });
        }),
        ...(index < 3
          ? [
              mist(stage, {
                name: `woodmist${index}`,
                depth: band.depth + 0.01,
                top: (horizon - unit * 0.3) / height,
                bottom: (horizon + unit * (0.12 + 0.05 * index)) / height,
                alpha: 0.5 - 0.1 * index,
                colour: mix(palette.glow, palette.haze, 0.5),
              }),
            ]
          : []),
      ]),
      shafts(stage, glowAt),
    ],
    stands: {
      ground: { x: glowAt.x, y: horizon + unit * 0.1, depth: 0.5, scale: 0.9 },
      far: { x: glowAt.x, y: horizon + unit * 0.02, depth: 0.3, scale: 0.55 },
      water: null,
      air: { x: width * 0.52, y: horizon * 0.5, depth: 0.4, scale: 0.7 },
    },
  };
}

/** Beams of light that fan out from where the sun is hidden, breathing slowly. */
export function shafts(stage: Stage, from: { readonly x: number; readonly y: number }): Layer {
  const { unit, palette, height, spec } = stage;
  const random = stage.random('shafts');
  const beams = Array.from({ length: 9 }, (_, index) => ({
    angle: -0.95 + (index / 8) * 1.9 + random.between(-0.09, 0.09),
    broad: random.between(0.025, 0.075),
    phase: random.between(0, 6.28),
    strength: random.between(0.5, 1),
  }));
  const source = { x: from.x, y: from.y - unit * 0.65 };
  const base = spec.time === 'night' ? 0.1 : 0.2;
  return {
    depth: 0.6,
    draw(context, moment) {
      context.globalCompositeOperation = 'screen';
      const reach = height * 1.25;
      const gradient = context.createRadialGradient(source.x, source.y, unit * 0.25, source.x, source.y, reach);
      gradient.addColorStop(0, css(palette.glow, 1));
      gradient.addColorStop(0.6, css(palette.glow, 0.45));
      gradient.addColorStop(1, css(palette.glow, 0));
      context.fillStyle = gradient;
      for (const beam of beams) {
        context.globalAlpha = base * beam.strength * (0.6 + 0.4 * Math.sin(moment.seconds * 0.8 + beam.phase));
        for (const share of [1, 0.55]) {
          context.beginPath();
          context.moveTo(source.x, source.y);
          context.lineTo(
            source.x + Math.sin(beam.angle - beam.broad * share) * reach,
            source.y + Math.cos(beam.angle - beam.broad * share) * reach,
          );
          context.lineTo(
            source.x + Math.sin(beam.angle + beam.broad * share) * reach,
            source.y + Math.cos(beam.angle + beam.broad * share) * reach,
          );
          context.fill();
        }
      }
      context.globalAlpha = 1;
      context.globalCompositeOperation = 'source-over';
    },
  };
}
