import { glow, stars } from '../backdrop.ts';
import type { Colour } from '../colour.ts';
import { css, hex, lighten, mix, rgb } from '../colour.ts';
import { fillLand, skyline } from '../land.ts';
import { createNoise2, fractal2, smoothstep } from '../noise.ts';
import { NAMED_COLOURS } from '../palette.ts';
import type { Context, Layer, Stage } from '../stage.ts';
import { scratch, stillLayer } from '../stage.ts';
import type { PlaceScene } from './place.ts';

export function space(stage: Stage): PlaceScene {
  const { width, height, unit, spec } = stage;
  const random = stage.random('space');
  const grounded = spec.subjects.some(
    (subject) =>
      subject === 'astronaut' ||
      subject === 'robot' ||
      subject === 'person' ||
      subject === 'cat' ||
      subject === 'dog' ||
      subject === 'house' ||
      subject === 'couple' ||
      subject === 'child' ||
      subject === 'dancer',
  );
  const pairs: readonly [readonly [string, string, string], ...(readonly [string, string, string])[]] = [
    ['#5a2a9a', '#e0528a', '#ffb070'],
    ['#123f8c', '#2fb6c8', '#c8f0d8'],
    ['#7a2440', '#e07840', '#ffe0a0'],
    ['#2a2f9a', '#9a5ae0', '#ff9ad0'],
    ['#0f5a5a', '#4fb88a', '#f0e0a0'],
  ];
  const [deep, middle, bright] = random.pick(pairs).map(hex);
  const named = spec.colours[0];
  const tint = named === undefined ? null : NAMED_COLOURS[named];
  const clouds: readonly [Colour, Colour, Colour] =
    tint === null
      ? [deep ?? hex('#5a2a9a'), middle ?? hex('#e0528a'), bright ?? hex('#ffb070')]
      : [lighten(tint, -0.28), tint, lighten(tint, 0.2)];
  const left = random.chance(0.5);
  const planet = {
    x: width * (left ? 0.3 : 0.7),
    y: Math.min(height * 0.44, unit * 0.46),
    radius: unit * random.between(0.2, 0.27),
    colour: random.pick([hex('#d88a5a'), hex('#5a8ad8'), hex('#c8a878'), hex('#7ab8b0'), hex('#b06a9a')] as const),
    ring: random.chance(0.55),
  };
  const ground = skyline(stage, {
    name: 'moonscape',
    base: height - unit * 0.13,
    swing: unit * 0.05,
    wavelength: unit * 0.7,
    form: 'hills',
  });
  return {
    layers: [
      nebula(stage, clouds),
      stars({ ...stage, horizon: height * 1.1 }, 1.5),
      brightStars(stage),
      stillLayer(stage, { depth: 0.16 }, (context) => paintPlanet(context, stage, planet)),
      stillLayer(stage, { depth: 0.28 }, (context) =>
        paintPlanet(context, stage, {
          x: width * (left ? 0.8 : 0.2),
          y: planet.y * 0.5,
          radius: unit * 0.042,
          colour: hex('#c8c4c0'),
          ring: false,
        }),
      ),
      ...(grounded
        ? [
            stillLayer(stage, { depth: 0.7, top: height - unit * 0.3 }, (context) => {
              const dust = mix(hex('#8a8890'), clouds[0], 0.3);
              fillLand(context, stage, {
                line: ground,
                bottom: height + stage.marginY,
                from: height - unit * 0.2,
                colours: [
                  [0, lighten(dust, -0.05)],
                  [0.3, lighten(dust, -0.24)],
                  [1, lighten(dust, -0.45)],
                ],
              });
              for (let index = 0; index < 26; index += 1) {
                const x = random.between(-0.15, 1.15) * width;
                const near = random.next();
                const y = ground(x) + unit * (0.012 + 0.13 * near);
                const size = unit * random.between(0.008, 0.04) * (0.5 + near);
                context.fillStyle = css(lighten(dust, -0.4), 0.7);
                context.beginPath();
                context.ellipse(x, y, size, size * 0.3, 0, 0, Math.PI * 2);
                context.fill();
                context.strokeStyle = css(lighten(dust, 0.04), 0.5);
                context.lineWidth = unit * 0.002;
                context.beginPath();
                context.ellipse(x, y + size * 0.04, size, size * 0.3, 0, 0.1, Math.PI - 0.1);
                context.stroke();
              }
              context.strokeStyle = css(stage.palette.light, 0.5);
              context.lineWidth = unit * 0.003;
              context.beginPath();
              for (let x = -stage.marginX; x < width + stage.marginX; x += 3) context.lineTo(x, ground(x));
              context.stroke();
            }),
          ]
        : [asteroids(stage)]),
    ],
    stands: {
      ground: grounded
        ? {
            x: width * (left ? 0.68 : 0.32),
            y: ground(width * (left ? 0.68 : 0.32)) + unit * 0.012,
            depth: 0.7,
            scale: 1.15,
          }
        : null,
      far: null,
      water: null,
      air: { x: width * (left ? 0.66 : 0.34), y: height * 0.52, depth: 0.45, scale: 1 },
    },
  };
}

function nebula(stage: Stage, [deep, middle, bright]: readonly [Colour, Colour, Colour]): Layer {
  const columns = 220;
  const rows = Math.max(20, Math.round((columns * stage.height) / stage.width));
  const { canvas, context } = scratch(columns, rows);
  const image = context.createImageData(columns, rows);
  const noise = createNoise2(stage.seed, 'nebula');
  const stops = [rgb([0.09, 0.005, -0.03]), rgb(lighten(deep, -0.06)), rgb(middle), rgb(bright)] as const;
  const aspect = stage.width / stage.height;
  const tilt = stage.random('tilt').between(-0.7, 0.7);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const [u, v] = [(column / columns - 0.5) * aspect, row / rows - 0.5];
      const warp = fractal2(noise, u * 1.8 + 5, v * 1.8 + 9, 3);
      const band = Math.exp(-(((v - u * tilt) / 0.42) ** 2));
      const gas = fractal2(noise, u * 2.6 + warp * 2.4, v * 2.6 + warp * 1.4, 6) * (0.4 + 0.62 * band);
      const dust = smoothstep(0.42, 0.66, fractal2(noise, u * 4 + 30 - warp * 2, v * 4 + 12, 4));
      const heat = smoothstep(0.24, 0.98, gas) * (1 - dust * 0.6);
      const at = (row * columns + column) * 4;
      const scaled = Math.min(2.999, heat * 3.3);
      const [from, to] = scaled < 1 ? [stops[0], stops[1]] : scaled < 2 ? [stops[1], stops[2]] : [stops[2], stops[3]];
      const share = scaled % 1;
      for (const channel of [0, 1, 2] as const)
        image.data[at + channel] = from[channel] + (to[channel] - from[channel]) * share;
      image.data[at + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
  return stillLayer(stage, { depth: 0.03 }, (target) => {
    target.imageSmoothingQuality = 'high';
    target.drawImage(
      canvas,
      -stage.marginX,
      -stage.marginY,
      stage.width + 2 * stage.marginX,
      stage.height + 2 * stage.marginY,
    );
  });
}

function brightStars(stage: Stage): Layer {
  const random = stage.random('bright-stars');
  const list = Array.from({ length: 9 }, () => ({
    x: random.next() * stage.width,
    y: random.next() * stage.height,
    size: random.between(0.5, 1.4),
    phase: random.between(0, 6.28),
  }));
  return {
    depth: 0.05,
    draw(context, moment) {
      context.globalCompositeOperation = 'screen';
      for (const star of list) {
        const shine = 0.65 + 0.35 * Math.sin(moment.seconds * 2 + star.phase);
        const reach = stage.unit * 0.032 * star.size * shine;
        glow(context, { x: star.x, y: star.y, radius: reach * 0.7, colour: [0.95, 0, -0.02], alpha: 0.9 });
        context.strokeStyle = `rgba(255,255,255,${(0.5 * shine).toFixed(3)})`;
        context.lineWidth = Math.max(0.6, stage.unit * 0.0016);
        context.beginPath();
        context.moveTo(star.x - reach, star.y);
        context.lineTo(star.x + reach, star.y);
        context.moveTo(star.x, star.y - reach);
        context.lineTo(star.x, star.y + reach);
        context.stroke();
      }
      context.globalCompositeOperation = 'source-over';
    },
  };
}

interface Planet {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly colour: Colour;
  readonly ring: boolean;
}

function paintPlanet(context: Context, stage: Stage, planet: Planet): void {
  const { x, y, radius, colour } = planet;
  const { palette, unit } = stage;
  const noise = createNoise2(stage.seed, `planet${Math.round(radius)}`);
  const lightX = x > stage.width / 2 ? -1 : 1;
  if (radius > unit * 0.1) {
    context.globalCompositeOperation = 'screen';
    glow(context, {
      x: x + lightX * radius * 0.18,
      y: y - radius * 0.14,
      radius: radius * 1.75,
      colour: mix(colour, [0.9, 0, 0], 0.2),
      alpha: 0.42,
    });
    context.globalCompositeOperation = 'source-over';
  }
  if (planet.ring) ring(context, planet, stage, Math.PI, Math.PI * 2);
  const side = Math.ceil(radius * 2);
  const { canvas, context: ball } = scratch(side, side);
  const image = ball.createImageData(side, side);
  const [light, dark] = [rgb(mix(lighten(colour, 0.14), palette.light, 0.2)), rgb(lighten(colour, -0.14))];
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const [u, v] = [(column + 0.5) / radius - 1, (row + 0.5) / radius - 1];
      const out = Math.hypot(u, v);
      if (out > 1) continue;
      const up = Math.sqrt(1 - out * out);
      const round = Math.atan2(u, up);
      const bands = fractal2(noise, round * 1.3 + v * 0.5, v * 6 + fractal2(noise, round * 3 + 20, v * 5, 3) * 1.5, 4);
      const day = smoothstep(-0.15, 0.9, u * lightX * 0.72 - v * 0.48 + up * 0.5);
      const rim = smoothstep(0.82, 1, out) * day;
      const at = (row * side + column) * 4;
      for (const channel of [0, 1, 2] as const)
        image.data[at + channel] =
          (dark[channel] + (light[channel] - dark[channel]) * smoothstep(0.25, 0.75, bands)) * (0.03 + 0.97 * day) +
          90 * rim;
      image.data[at + 3] = 255 * smoothstep(1, 1 - 2.2 / radius, out);
    }
  }
  ball.putImageData(image, 0, 0);
  context.drawImage(canvas, x - radius, y - radius);
  if (planet.ring) ring(context, planet, stage, 0, Math.PI);
}

function ring(context: Context, planet: Planet, stage: Stage, from: number, to: number): void {
  const random = stage.random('ring');
  context.save();
  context.translate(planet.x, planet.y);
  context.rotate(-0.32);
  for (let index = 0; index < 16; index += 1) {
    const reach = planet.radius * (1.35 + index * 0.05);
    context.strokeStyle = css(
      mix(lighten(planet.colour, 0.18), stage.palette.light, 0.4),
      index === 9 ? 0.05 : random.between(0.12, 0.62),
    );
    context.lineWidth = planet.radius * 0.052;
    context.beginPath();
    context.ellipse(0, 0, reach, reach * 0.2, 0, from, to);
    context.stroke();
  }
  context.restore();
}

function asteroids(stage: Stage): Layer {
  const random = stage.random('asteroids');
  const rocks = Array.from({ length: 11 }, () => ({
    x: random.between(-0.1, 1.1) * stage.width,
    y: stage.height * random.between(0.6, 1.02),
    size: stage.unit * (0.008 + random.next() ** 3 * 0.06),
    spin: random.between(-0.5, 0.5),
    shape: Array.from({ length: 9 }, () => random.between(0.72, 1.12)),
    shade: random.between(0.16, 0.3),
  }));
  return {
    depth: 0.8,
    draw(context, moment) {
      for (const rock of rocks) {
        context.save();
        context.translate(rock.x - moment.seconds * stage.unit * 0.012, rock.y);
        const gradient = context.createLinearGradient(-rock.size, -rock.size, rock.size, rock.size);
        gradient.addColorStop(0, css([rock.shade + 0.28, 0.015, 0.015]));
        gradient.addColorStop(0.6, css([rock.shade - 0.06, 0.01, -0.005]));
        context.fillStyle = gradient;
        context.beginPath();
        rock.shape.forEach((reach, index) => {
          const angle = (index / rock.shape.length) * Math.PI * 2 + rock.spin * moment.seconds;
          context.lineTo(Math.cos(angle) * rock.size * reach, Math.sin(angle) * rock.size * reach * 0.78);
        });
        context.closePath();
        context.fill();
        context.restore();
      }
    },
  };
}
