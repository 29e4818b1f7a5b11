import { glow } from './backdrop.ts';
import type { Colour } from './colour.ts';
import { css, lighten, mix, rgb } from './colour.ts';
import { createNoise2, fractal2, smoothstep } from './noise.ts';
import type { Weather } from './spec.ts';
import type { Layer, Stage } from './stage.ts';
import { scratch } from './stage.ts';

/** What falls, flies and drifts between the camera and the land. */
export function weatherLayers(stage: Stage): readonly Layer[] {
  const indoors = stage.spec.place === 'room';
  // Indoors only dust is in the air; snow falls beyond the panes, rain runs down them (places/room.ts).
  if (indoors)
    return stage.spec.weather.flatMap((weather) =>
      weather === 'snow'
        ? makers
            .snow(stage)
            .slice(0, 1)
            .map((layer) => ({ ...layer, depth: 0.2 }))
        : weather === 'dust'
          ? makers.dust(stage)
          : [],
    );
  return stage.spec.weather.flatMap((weather) => makers[weather](stage));
}

const makers: Readonly<Record<Weather, (stage: Stage) => readonly Layer[]>> = {
  rain: (stage) => [
    rain(stage, { name: 'rain-far', count: 150, depth: 0.6, length: 0.055, alpha: 0.2 }),
    rain(stage, { name: 'rain-near', count: 70, depth: 1.05, length: 0.13, alpha: 0.3 }),
  ],
  snow: (stage) => [
    flakes(stage, { name: 'snow-far', count: 170, depth: 0.45, size: 0.0032, fall: 0.1, alpha: 0.75 }),
    flakes(stage, { name: 'snow-mid', count: 80, depth: 0.8, size: 0.006, fall: 0.17, alpha: 0.85 }),
    flakes(stage, { name: 'snow-near', count: 16, depth: 1.3, size: 0.018, fall: 0.3, alpha: 0.3 }),
  ],
  petals: (stage) => [
    drifting(stage, {
      name: 'petals',
      count: 60,
      depth: 0.9,
      colours: [
        [0.87, 0.085, 0.005],
        [0.93, 0.045, 0.005],
        [0.8, 0.12, 0.01],
      ],
      size: 0.013,
    }),
  ],
  leaves: (stage) => [
    drifting(stage, {
      name: 'leaves',
      count: 42,
      depth: 0.9,
      colours: [
        [0.66, 0.13, 0.11],
        [0.74, 0.08, 0.14],
        [0.52, 0.14, 0.09],
      ],
      size: 0.016,
    }),
  ],
  embers: (stage) => [
    sparks(stage, { name: 'embers', count: 75, colour: [0.78, 0.12, 0.14], rise: 0.22, size: 0.0042, wander: 0.05 }),
  ],
  fireflies: (stage) => [
    sparks(stage, {
      name: 'fireflies',
      count: 46,
      colour: [0.93, -0.04, 0.16],
      rise: 0.018,
      size: 0.0052,
      wander: 0.07,
    }),
  ],
  bubbles: (stage) => [bubbles(stage)],
  fog: (stage) => [
    mist(stage, { name: 'fog-far', depth: 0.36, top: 0.34, bottom: 0.86, alpha: 0.62 }),
    mist(stage, { name: 'fog-near', depth: 0.86, top: 0.52, bottom: 1.12, alpha: 0.5 }),
  ],
  storm: () => [],
  dust: (stage) => [
    sparks(stage, {
      name: 'dust',
      count: 34,
      colour: mix(stage.palette.glow, [0.98, 0, 0.02], 0.4),
      rise: 0.022,
      size: 0.0026,
      wander: 0.045,
    }),
  ],
};

/** Wraps a position that moves for ever into 0..1 without a jump at negative times. */
function wrap(value: number): number {
  return value - Math.floor(value);
}

function rain(
  stage: Stage,
  kind: {
    readonly name: string;
    readonly count: number;
    readonly depth: number;
    readonly length: number;
    readonly alpha: number;
  },
): Layer {
  const random = stage.random(kind.name);
  const { width, height, unit } = stage;
  const drops = Array.from({ length: Math.round((kind.count * width) / unit / 1.4) }, () => ({
    x: random.next(),
    y: random.next(),
    speed: random.between(1.9, 2.7) * (0.6 + kind.depth * 0.6),
    reach: random.between(0.6, 1.3),
  }));
  const slant = stage.spec.weather.includes('storm') ? 0.32 : 0.1;
  return {
    depth: kind.depth,
    draw(context, moment) {
      context.strokeStyle = css(lighten(mix(stage.palette.haze, [0.95, 0, -0.02], 0.6), 0.05), kind.alpha);
      context.lineWidth = Math.max(0.7, (unit / 420) * (0.5 + kind.depth * 0.6));
      context.beginPath();
      for (const drop of drops) {
        const fallen = wrap(drop.y + moment.seconds * drop.speed);
        const y = (fallen * 1.3 - 0.15) * height;
        const x = (wrap(drop.x - fallen * slant * 0.5) * 1.3 - 0.15) * width;
        const length = kind.length * unit * drop.reach;
        context.moveTo(x, y);
        context.lineTo(x - length * slant, y + length);
      }
      context.stroke();
    },
  };
}

function flakes(
  stage: Stage,
  kind: {
    readonly name: string;
    readonly count: number;
    readonly depth: number;
    readonly size: number;
    readonly fall: number;
    readonly alpha: number;
  },
): Layer {
  const random = stage.random(kind.name);
  const { width, height, unit } = stage;
  const list = Array.from({ length: Math.round((kind.count * width) / unit / 1.3) }, () => ({
    x: random.next(),
    y: random.next(),
    speed: random.between(0.7, 1.3),
    phase: random.between(0, 6.28),
    size: random.between(0.5, 1.25),
  }));
  const soft = scratch(32, 32);
  glow(soft.context, { x: 16, y: 16, radius: 16, colour: [0.99, 0, -0.005], alpha: 1 });
  return {
    depth: kind.depth,
    draw(context, moment) {
      context.globalAlpha = kind.alpha;
      for (const flake of list) {
        const y = (wrap(flake.y + moment.seconds * kind.fall * flake.speed) * 1.2 - 0.1) * height;
        const x =
          (wrap(flake.x + moment.seconds * 0.022 * flake.speed + Math.sin(moment.seconds * 0.9 + flake.phase) * 0.008) *
            1.3 -
            0.15) *
          width;
        const side = flake.size * kind.size * unit * 4.2;
        context.drawImage(soft.canvas, x - side / 2, y - side / 2, side, side);
      }
      context.globalAlpha = 1;
    },
  };
}

/** Petals and leaves: turning, tumbling, carried by the wind. */
function drifting(
  stage: Stage,
  kind: {
    readonly name: string;
    readonly count: number;
    readonly depth: number;
    readonly colours: readonly [Colour, ...Colour[]];
    readonly size: number;
  },
): Layer {
  const random = stage.random(kind.name);
  const { width, height, unit, palette } = stage;
  const shade = (colour: Colour) => mix(lighten(colour, -0.35 * (1 - palette.exposure)), palette.light, 0.16);
  const list = Array.from({ length: Math.round((kind.count * width) / unit / 1.4) }, () => {
    const near = random.next() ** 2.2;
    return {
      x: random.next(),
      y: random.next(),
      near,
      speed: random.between(0.7, 1.3),
      spin: random.between(0.8, 2.6),
      phase: random.between(0, 6.28),
      colour: css(shade(random.pick(kind.colours)), 0.9),
    };
  });
  return {
    depth: kind.depth,
    draw(context, moment) {
      for (const piece of list) {
        const time = moment.seconds * piece.speed;
        const x =
          (wrap(piece.x + time * (0.055 + 0.1 * piece.near) + Math.sin(time * 0.8 + piece.phase) * 0.015) * 1.3 -
            0.15) *
          width;
        const y =
          (wrap(piece.y + time * (0.05 + 0.09 * piece.near) + Math.cos(time * 1.1 + piece.phase) * 0.01) * 1.3 - 0.15) *
          height;
        const side = kind.size * unit * (0.5 + 1.2 * piece.near);
        context.save();
        context.translate(x, y);
        context.rotate(time * piece.spin + piece.phase);
        context.scale(side, side * (0.35 + 0.6 * Math.abs(Math.sin(time * piece.spin * 0.9 + piece.phase))));
        context.fillStyle = piece.colour;
        context.beginPath();
        context.moveTo(-1, 0);
        context.bezierCurveTo(-0.5, -0.75, 0.5, -0.7, 1, 0.1);
        context.bezierCurveTo(0.4, 0.6, -0.5, 0.6, -1, 0);
        context.fill();
        context.restore();
      }
    },
  };
}

function sparks(
  stage: Stage,
  kind: {
    readonly name: string;
    readonly count: number;
    readonly colour: Colour;
    readonly rise: number;
    readonly size: number;
    readonly wander: number;
  },
): Layer {
  const random = stage.random(kind.name);
  const { width, height, unit } = stage;
  const soft = scratch(48, 48);
  glow(soft.context, { x: 24, y: 24, radius: 24, colour: kind.colour, alpha: 0.9 });
  glow(soft.context, { x: 24, y: 24, radius: 8, colour: lighten(kind.colour, 0.14), alpha: 1 });
  const list = Array.from({ length: Math.round((kind.count * width) / unit / 1.5) }, () => ({
    x: random.next(),
    y: random.between(0.25, 1),
    speed: random.between(0.5, 1.5),
    phase: random.between(0, 6.28),
    size: 0.5 + random.next() ** 3 * 1.7,
  }));
  return {
    depth: 0.82,
    draw(context, moment) {
      context.globalCompositeOperation = 'screen';
      for (const spark of list) {
        const time = moment.seconds * spark.speed;
        const x = (wrap(spark.x + Math.sin(time * 1.1 + spark.phase) * kind.wander) * 1.2 - 0.1) * width;
        const y =
          (wrap(spark.y - time * kind.rise + Math.cos(time * 0.9 + spark.phase) * kind.wander * 0.5) * 1.1 - 0.05) *
          height;
        const side = spark.size * kind.size * unit * 7;
        context.globalAlpha = 0.25 + 0.75 * (0.5 + 0.5 * Math.sin(time * 2.3 + spark.phase * 3)) ** 1.5;
        context.drawImage(soft.canvas, x - side / 2, y - side / 2, side, side);
      }
      context.globalAlpha = 1;
      context.globalCompositeOperation = 'source-over';
    },
  };
}

function bubbles(stage: Stage): Layer {
  const random = stage.random('bubbles');
  const { width, height, unit } = stage;
  const list = Array.from({ length: Math.round((44 * width) / unit / 1.4) }, () => ({
    x: random.next(),
    y: random.next(),
    speed: random.between(0.5, 1.4),
    phase: random.between(0, 6.28),
    size: 0.0025 + random.next() ** 3 * 0.012,
  }));
  return {
    depth: 0.75,
    draw(context, moment) {
      for (const bubble of list) {
        const y = (wrap(bubble.y - moment.seconds * 0.1 * bubble.speed) * 1.2 - 0.1) * height;
        const x =
          bubble.x * width * 1.2 -
          width * 0.1 +
          Math.sin(moment.seconds * 1.6 * bubble.speed + bubble.phase) * unit * 0.012;
        const radius = bubble.size * unit;
        context.fillStyle = 'rgba(214,255,250,0.14)';
        context.strokeStyle = 'rgba(226,255,252,0.55)';
        context.lineWidth = Math.max(0.6, radius * 0.16);
        context.beginPath();
        context.arc(x, y, radius, 0, Math.PI * 2);
        context.fill();
        context.stroke();
        context.fillStyle = 'rgba(255,255,255,0.8)';
        context.beginPath();
        context.arc(x - radius * 0.35, y - radius * 0.35, radius * 0.22, 0, Math.PI * 2);
        context.fill();
      }
    },
  };
}

/** A bank of drifting mist; `top` and `bottom` as shares of the height. */
export function mist(
  stage: Stage,
  kind: {
    readonly name: string;
    readonly depth: number;
    readonly top: number;
    readonly bottom: number;
    readonly alpha: number;
    readonly colour?: Colour;
  },
): Layer {
  const { width, height, marginX } = stage;
  const [columns, rows] = [200, 56];
  const bank = scratch(columns, rows);
  const image = bank.context.createImageData(columns, rows);
  const noise = createNoise2(stage.seed, kind.name);
  const [r, g, b] = rgb(kind.colour ?? lighten(stage.palette.haze, 0.06));
  for (let row = 0; row < rows; row += 1) {
    const edge = Math.sin((row / (rows - 1)) * Math.PI) ** 1.2;
    for (let column = 0; column < columns; column += 1) {
      const at = (row * columns + column) * 4;
      image.data[at] = r;
      image.data[at + 1] = g;
      image.data[at + 2] = b;
      image.data[at + 3] =
        255 * kind.alpha * edge * smoothstep(0.22, 0.72, fractal2(noise, column * 0.024, row * 0.06, 4));
    }
  }
  bank.context.putImageData(image, 0, 0);
  return {
    depth: kind.depth,
    draw(context, moment) {
      const drift = (moment.seconds - stage.seconds / 2) * width * 0.012 * (0.5 + kind.depth);
      context.drawImage(
        bank.canvas,
        -marginX * 1.4 + drift,
        kind.top * height,
        width + 2.8 * marginX,
        (kind.bottom - kind.top) * height,
      );
    },
  };
}
