import { backdrop, glow, verticalGradient } from '../backdrop.ts';
import type { Colour } from '../colour.ts';
import { css, hex, lighten, mix } from '../colour.ts';
import { surface } from '../palette.ts';
import type { Random } from '../random.ts';
import type { Context, Layer, Stage } from '../stage.ts';
import { stillLayer } from '../stage.ts';
import { mirror } from '../water.ts';
import { mist } from '../weather.ts';
import type { PlaceScene } from './place.ts';

export function city(stage: Stage): PlaceScene {
  const { width, height, horizon, unit, palette, spec } = stage;
  const dark = spec.time === 'night' || spec.time === 'dusk' || spec.lights.includes('neon');
  const lit = dark ? 0.46 : spec.time === 'sunset' || spec.time === 'dawn' ? 0.2 : 0.06;
  const stone = hex('#7c8190');
  const sky = Math.min(horizon * 0.8, unit * 0.82);
  const towers =
    (
      name: string,
      layer: {
        readonly low: number;
        readonly high: number;
        readonly broad: number;
        readonly distance: number;
        readonly lit: number;
        readonly gap: boolean;
      },
    ) =>
    (context: Context) => {
      const random = stage.random(name);
      let x = -stage.marginX;
      while (x < width + stage.marginX) {
        const broad = unit * layer.broad * random.between(0.6, 1.4);
        const middle = Math.abs((x + broad / 2) / width - 0.5);
        const open = layer.gap ? Math.min(1, Math.max(0.22, middle * 2.5)) : 1;
        const tall = sky * random.between(layer.low, layer.high) * open;
        tower(context, stage, {
          x,
          foot: horizon + 2,
          broad,
          tall,
          colour: surface(palette, lighten(stone, random.between(-0.06, 0.05)), layer.distance),
          lit: layer.lit,
          distance: layer.distance,
          random,
        });
        x += broad * random.between(0.86, 1.1);
      }
    };
  const ground = mix(palette.shadow, surface(palette, hex('#3c4048'), 0.1), 0.5);
  return {
    layers: [
      ...backdrop(stage),
      stillLayer(
        stage,
        { depth: 0.08, bottom: horizon + 2 },
        towers('far', { low: 0.3, high: 0.72, broad: 0.075, distance: 0.72, lit: lit * 0.7, gap: false }),
      ),
      mist(stage, {
        name: 'smog',
        depth: 0.1,
        top: (horizon - unit * 0.34) / height,
        bottom: (horizon + unit * 0.14) / height,
        alpha: 0.6,
      }),
      stillLayer(
        stage,
        { depth: 0.18, bottom: horizon + 2 },
        towers('mid', { low: 0.4, high: 0.95, broad: 0.115, distance: 0.42, lit, gap: true }),
      ),
      mist(stage, {
        name: 'smog2',
        depth: 0.2,
        top: (horizon - unit * 0.2) / height,
        bottom: (horizon + unit * 0.12) / height,
        alpha: 0.42,
        colour: mix(palette.glow, palette.haze, 0.55),
      }),
      stillLayer(stage, { depth: 0.34, bottom: horizon + 2 }, (context) => canyon(context, stage, lit)),
      ...(spec.lights.includes('neon') || dark ? [signs(stage)] : []),
      ...(spec.lights.includes('fireworks') ? [fireworks(stage)] : []),
      stillLayer(stage, { depth: 0.36, top: horizon - unit * 0.12, bottom: horizon + 4 }, (context) =>
        streetLamps(context, stage, dark),
      ),
      mirror(stage, {
        depth: 0.4,
        line: horizon,
        ripple: spec.weather.includes('rain') ? 1.5 : 0.8,
        tint: ground,
        tintAlpha: spec.weather.includes('rain') || dark ? 0.5 : 0.78,
        squash: 0.62,
      }),
    ],
    stands: {
      ground: { x: width * 0.5 + unit * 0.05, y: horizon + (height - horizon) * 0.52, depth: 0.6, scale: 1.1 },
      far: { x: width * 0.5, y: horizon + unit * 0.01, depth: 0.3, scale: 0.7 },
      water: null,
      air: { x: width * 0.5, y: horizon * 0.3, depth: 0.25, scale: 0.8 },
    },
  };
}

interface Tower {
  readonly x: number;
  readonly foot: number;
  readonly broad: number;
  readonly tall: number;
  readonly colour: Colour;
  readonly lit: number;
  readonly distance: number;
  readonly random: Random;
}

function tower(context: Context, stage: Stage, block: Tower): void {
  const { x, foot, broad, tall, random, distance } = block;
  const { palette, unit } = stage;
  const top = foot - tall;
  context.fillStyle = verticalGradient(context, top, foot, [
    [0, block.colour],
    [1, mix(block.colour, palette.haze, 0.55)],
  ]);
  const form = random.whole(0, 4);
  context.beginPath();
  context.moveTo(x, foot);
  context.lineTo(x, top);
  if (form === 1) {
    for (const [across, up] of [
      [0.18, 0],
      [0.18, 0.07],
      [0.34, 0.07],
      [0.34, 0.13],
      [0.66, 0.13],
      [0.66, 0.07],
      [0.82, 0.07],
      [0.82, 0],
    ] as const)
      context.lineTo(x + broad * across, top - tall * up);
  } else if (form === 2) context.lineTo(x + broad * 0.5, top - tall * 0.13);
  else if (form === 3) context.lineTo(x + broad, top - broad * 0.5);
  context.lineTo(x + broad, form === 3 ? top - broad * 0.5 : top);
  context.lineTo(x + broad, foot);
  context.fill();
  if (form === 4 || form === 2)
    context.fillRect(x + broad * 0.49, top - tall * 0.24, Math.max(0.8, broad * 0.03), tall * 0.26);
  // The side that the light reaches.
  const edge = stage.lamp.x < x ? x : x + broad * 0.72;
  context.fillStyle = css(palette.light, 0.1 + 0.1 * palette.exposure);
  context.fillRect(edge, top, broad * 0.28, tall * 0.8);

  const pitch = unit * (0.0125 + 0.006 * (1 - distance));
  const [columns, rows] = [Math.floor((broad - pitch * 0.6) / pitch), Math.floor(tall / (pitch * 1.25)) - 1];
  const left = x + (broad - columns * pitch) / 2;
  for (let row = 0; row < rows; row += 1) {
    const wholeFloor = random.chance(0.06);
    for (let column = 0; column < columns; column += 1) {
      const on = random.next() < (wholeFloor ? 0.95 : block.lit);
      const tone = random.next();
      const colour = on
        ? mix(mix(palette.accent, [0.95, 0.01, 0.06], tone * 0.6), tone > 0.86 ? palette.accent2 : palette.accent, 0.35)
        : lighten(block.colour, -0.05);
      context.fillStyle = css(mix(colour, palette.haze, distance * 0.5), on ? 0.55 + 0.4 * tone : 0.5);
      context.fillRect(
        left + column * pitch + pitch * 0.2,
        top + pitch * 0.8 + row * pitch * 1.25,
        pitch * 0.58,
        pitch * 0.72,
      );
    }
  }
}

/** Dark houses close by on both sides, higher than the frame's middle, leaving the view between them. */
function canyon(context: Context, stage: Stage, lit: number): void {
  const { width, horizon, unit, palette } = stage;
  const random = stage.random('canyon');
  const open = width / stage.height > 1 ? unit * 0.42 : width * 0.3;
  for (const side of [-1, 1]) {
    let away = open;
    for (let index = 0; away < width * 0.5 + stage.marginX; index += 1) {
      const broad = unit * random.between(0.17, 0.27);
      const tall = Math.min(horizon * 1.05, unit * (0.44 + 0.3 * index) * random.between(0.8, 1.15));
      const x = width / 2 + (side === 1 ? away : -away - broad);
      tower(context, stage, {
        x,
        foot: horizon + 2,
        broad,
        tall,
        colour: mix(surface(palette, hex('#4c4f5c'), 0.1), palette.shadow, 0.55),
        lit: lit * 0.8,
        distance: 0.05,
        random,
      });
      away += broad * 0.98;
    }
  }
}

/** Neon: tubes and boards with their glow, some of them flickering. */
function signs(stage: Stage): Layer {
  const { width, horizon, unit, palette, spec } = stage;
  const random = stage.random('signs');
  const strong = spec.lights.includes('neon');
  const open = width / stage.height > 1 ? unit * 0.4 : width * 0.28;
  const list = Array.from({ length: strong ? 15 : 6 }, (_, index) => {
    const side = index % 2 === 0 ? -1 : 1;
    const upright = random.chance(0.62);
    return {
      x: width / 2 + side * (open + random.next() * Math.max(unit * 0.2, width * 0.42 - open)),
      y: horizon - unit * random.between(0.1, 0.5),
      broad: unit * (upright ? random.between(0.022, 0.036) : random.between(0.07, 0.13)),
      tall: unit * (upright ? random.between(0.1, 0.2) : random.between(0.024, 0.042)),
      colour: random.pick([
        palette.accent,
        palette.accent2,
        mix(palette.accent, [0.8, 0.1, 0.12], 0.5),
        palette.accent2,
        [0.82, 0.02, 0.15],
      ] as const),
      marks: random.whole(3, 6),
      flicker: random.chance(0.25) ? random.between(5, 11) : 0,
    };
  });
  return {
    depth: 0.345,
    draw(context, moment) {
      for (const sign of list) {
        const on =
          sign.flicker === 0 ||
          Math.sin(moment.seconds * sign.flicker) + Math.sin(moment.seconds * sign.flicker * 2.3) > -1.1
            ? 1
            : 0.25;
        context.globalCompositeOperation = 'screen';
        glow(context, { x: sign.x, y: sign.y, radius: unit * 0.17, colour: sign.colour, alpha: 0.5 * on });
        context.globalCompositeOperation = 'source-over';
        context.fillStyle = css(lighten(sign.colour, -0.42), 0.9);
        context.fillRect(sign.x - sign.broad / 2, sign.y - sign.tall / 2, sign.broad, sign.tall);
        context.strokeStyle = css(sign.colour, on);
        context.lineWidth = unit * 0.0036;
        context.strokeRect(sign.x - sign.broad / 2, sign.y - sign.tall / 2, sign.broad, sign.tall);
        context.fillStyle = css(lighten(sign.colour, 0.13), on);
        const long = Math.max(sign.broad, sign.tall);
        const across = Math.min(sign.broad, sign.tall);
        for (let mark = 0; mark < sign.marks; mark += 1) {
          const at = ((mark + 0.5) / sign.marks - 0.5) * long * 0.86;
          const size = across * 0.42;
          const [x, y] = sign.tall > sign.broad ? [sign.x, sign.y + at] : [sign.x + at, sign.y];
          context.fillRect(x - size * 0.7, y - size * 0.6, size * 1.4, size * 0.28);
          context.fillRect(x - size * (mark % 2 === 0 ? 0.15 : 0.6), y - size * 0.6, size * 0.28, size * 1.3);
          if (mark % 3 !== 1) context.fillRect(x - size * 0.7, y + size * 0.4, size * 1.4, size * 0.26);
        }
      }
    },
  };
}

function streetLamps(context: Context, stage: Stage, dark: boolean): void {
  const { width, horizon, unit, palette } = stage;
  for (const side of [-1, 1]) {
    for (let index = 0; index < 5; index += 1) {
      const x = width / 2 + side * unit * (0.16 + index * index * 0.042 + index * 0.05);
      const tall = unit * (0.045 + 0.012 * index * 1.3);
      context.fillStyle = css(palette.shadow, 0.9);
      context.fillRect(x, horizon - tall, Math.max(0.8, unit * 0.0028), tall + 3);
      if (!dark) continue;
      context.globalCompositeOperation = 'screen';
      glow(context, {
        x,
        y: horizon - tall,
        radius: unit * (0.045 + 0.01 * index),
        colour: hex('#ffd49a'),
        alpha: 0.9,
      });
      context.globalCompositeOperation = 'source-over';
    }
  }
}

function fireworks(stage: Stage): Layer {
  const { width, horizon, unit, palette } = stage;
  const random = stage.random('fireworks');
  const bursts = Array.from({ length: 3 + Math.round(stage.seconds * 1.6) }, (_, index) => ({
    x: width * random.between(0.18, 0.82),
    y: horizon * random.between(0.14, 0.48),
    at: -0.6 + (index / (2 + stage.seconds * 1.6)) * (stage.seconds + 0.4),
    size: unit * random.between(0.14, 0.25),
    colour: random.pick([
      palette.accent,
      palette.accent2,
      hex('#ffd76a'),
      hex('#ff6a5a'),
      hex('#7fe0ff'),
      hex('#c58aff'),
    ] as const),
    rays: Array.from({ length: 46 }, () => ({ angle: random.between(0, 6.283), reach: Math.sqrt(random.next()) })),
  }));
  return {
    depth: 0.06,
    draw(context, moment) {
      context.globalCompositeOperation = 'screen';
      for (const burst of bursts) {
        const age = (moment.seconds - burst.at) / 1.5;
        if (age < 0 || age > 1) continue;
        const spread = 1 - (1 - age) ** 3;
        const fade = (1 - age) ** 1.3;
        glow(context, { x: burst.x, y: burst.y, radius: burst.size * 1.5, colour: burst.colour, alpha: 0.45 * fade });
        context.lineWidth = Math.max(0.8, unit * 0.0032);
        context.lineCap = 'round';
        context.strokeStyle = css(lighten(burst.colour, 0.08), fade);
        context.beginPath();
        for (const ray of burst.rays) {
          const [cos, sin] = [Math.cos(ray.angle), Math.sin(ray.angle)];
          const out = burst.size * ray.reach * spread;
          const fall = unit * 0.06 * age * age;
          context.moveTo(burst.x + cos * out * 0.8, burst.y + sin * out * 0.8 + fall * 0.7);
          context.lineTo(burst.x + cos * out, burst.y + sin * out + fall);
        }
        context.stroke();
      }
      context.globalCompositeOperation = 'source-over';
    },
  };
}
