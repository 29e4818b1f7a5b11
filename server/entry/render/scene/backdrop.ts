import { cloudDeck } from './clouds.ts';
import type { Colour } from './colour.ts';
import { css, lighten, mix } from './colour.ts';
import { createNoise1, fractal1 } from './noise.ts';
import type { Context, Layer, Stage } from './stage.ts';
import { scratch, stillLayer } from './stage.ts';

/** Sky, stars, sun or moon, aurora and clouds: everything behind the land. */
export function backdrop(stage: Stage): readonly Layer[] {
  const { lights, weather, time } = stage.spec;
  const dark = time === 'night' || time === 'dusk';
  const starry =
    lights.includes('stars') ||
    lights.includes('aurora') ||
    (dark && !weather.includes('storm') && !weather.includes('rain'));
  const covered = weather.includes('storm') || weather.includes('rain') || weather.includes('fog');
  return [
    sky(stage),
    ...(starry ? [stars(stage), twinkles(stage)] : []),
    ...(lights.includes('aurora') ? [aurora(stage)] : []),
    ...(covered ? [] : [lamp(stage)]),
    ...(lights.includes('meteors') ? [meteors(stage)] : []),
    clouds(stage, covered),
    ...(weather.includes('storm') ? [lightning(stage)] : []),
  ];
}

export function verticalGradient(
  context: Context,
  from: number,
  to: number,
  stops: readonly (readonly [number, Colour])[],
): ReturnType<Context['createLinearGradient']> {
  const gradient = context.createLinearGradient(0, from, 0, to);
  for (let index = 0; index < stops.length; index += 1) {
    const [at, colour] = stops[index] ?? [0, [0, 0, 0]];
    gradient.addColorStop(at, css(colour));
    const next = stops[index + 1];
    // Canvas mixes in sRGB: the middle is set in OKLab.
    if (next !== undefined) gradient.addColorStop((at + next[0]) / 2, css(mix(colour, next[1], 0.5)));
  }
  return gradient;
}

/** A soft round light that fades to nothing. */
export function glow(
  context: Context,
  light: {
    readonly x: number;
    readonly y: number;
    readonly radius: number;
    readonly colour: Colour;
    readonly alpha: number;
  },
): void {
  const { x, y, radius, colour, alpha } = light;
  const gradient = context.createRadialGradient(x, y, 0, x, y, radius);
  for (const [at, share] of [
    [0, 1],
    [0.12, 0.72],
    [0.28, 0.4],
    [0.5, 0.16],
    [0.75, 0.04],
    [1, 0],
  ] as const)
    gradient.addColorStop(at, css(colour, alpha * share));
  context.fillStyle = gradient;
  context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
}

function sky(stage: Stage): Layer {
  const [zenith, high, low, horizon] = stage.palette.sky;
  return stillLayer(stage, { depth: 0 }, (context) => {
    context.fillStyle = verticalGradient(context, 0, stage.horizon, [
      [0, zenith],
      [0.42, high],
      [0.8, low],
      [1, horizon],
    ]);
    context.fillRect(-stage.marginX, -stage.marginY, stage.width + 2 * stage.marginX, stage.height + 2 * stage.marginY);
  });
}

function lamp(stage: Stage): Layer {
  const { palette, unit, lamp: at, spec } = stage;
  const moon = spec.time === 'night' || (spec.time === 'dusk' && spec.lights.includes('moon'));
  const radius =
    unit * (moon ? 0.052 : spec.time === 'day' ? 0.045 : 0.062) * (spec.lights.includes('moon') && moon ? 1.25 : 1);
  if (spec.time === 'dusk' && !moon)
    return stillLayer(stage, { depth: 0, blend: 'screen' }, (context) =>
      glow(context, { ...at, y: stage.horizon, radius: unit * 0.9, colour: palette.glow, alpha: 0.5 }),
    );
  return stillLayer(stage, { depth: 0.015, blend: 'screen' }, (context) => {
    glow(context, { ...at, radius: unit * (moon ? 0.7 : 1.15), colour: palette.glow, alpha: moon ? 0.4 : 0.62 });
    glow(context, { ...at, radius: radius * 4.2, colour: palette.disc, alpha: moon ? 0.4 : 0.75 });
    context.fillStyle = css(palette.disc);
    context.beginPath();
    context.arc(at.x, at.y, radius, 0, Math.PI * 2);
    context.fill();
    if (!moon) return;
    const random = stage.random('moon');
    context.save();
    context.clip();
    for (let index = 0; index < 9; index += 1) {
      context.fillStyle = css(lighten(palette.glow, -0.1), 0.34);
      context.beginPath();
      context.arc(
        at.x + random.between(-0.75, 0.75) * radius,
        at.y + random.between(-0.75, 0.75) * radius,
        radius * random.between(0.1, 0.34),
        0,
        Math.PI * 2,
      );
      context.fill();
    }
    context.restore();
  });
}

export function stars(stage: Stage, density = 1): Layer {
  const random = stage.random('stars');
  return stillLayer(stage, { depth: 0 }, (context) => {
    const count = Math.round(420 * density * Math.sqrt((stage.width * stage.height) / (640 * 360)));
    for (let index = 0; index < count; index += 1) {
      const y = random.next() ** 1.25 * stage.horizon;
      const size = (0.3 + random.next() ** 6 * 1.1) * (stage.unit / 360);
      const fade = 1 - y / (stage.horizon * 1.05);
      context.fillStyle = css(
        mix([0.98, 0, 0], random.chance(0.5) ? [0.85, -0.02, -0.08] : [0.9, 0.03, 0.06], random.next()),
        (0.25 + 0.75 * random.next()) * (0.25 + 0.75 * fade),
      );
      context.beginPath();
      context.arc(random.between(-stage.marginX, stage.width + stage.marginX), y, size, 0, Math.PI * 2);
      context.fill();
    }
  });
}

function twinkles(stage: Stage): Layer {
  const random = stage.random('twinkles');
  const points = Array.from({ length: 22 }, () => ({
    x: random.between(0, stage.width),
    y: random.next() ** 1.2 * stage.horizon * 0.8,
    phase: random.between(0, 6.28),
    size: random.between(0.8, 1.5) * (stage.unit / 360),
  }));
  return {
    depth: 0,
    draw(context, moment) {
      for (const point of points) {
        const shine = 0.5 + 0.5 * Math.sin(moment.seconds * 2.4 + point.phase);
        context.fillStyle = `rgba(255,255,255,${(0.2 + 0.8 * shine).toFixed(3)})`;
        context.beginPath();
        context.arc(point.x, point.y, point.size * (0.7 + 0.5 * shine), 0, Math.PI * 2);
        context.fill();
      }
    },
  };
}

function clouds(stage: Stage, covered: boolean): Layer {
  const { palette, spec } = stage;
  const random = stage.random('clouds');
  const stormy = spec.weather.includes('storm');
  const cover = stormy
    ? 0.95
    : covered
      ? 0.8
      : spec.lights.includes('aurora') || spec.lights.includes('stars')
        ? 0.16
        : spec.time === 'night'
          ? 0.3
          : random.between(0.36, 0.62);
  const canvas = cloudDeck(stage, {
    name: 'deck',
    cover,
    scale: random.between(0.75, 1.15),
    lit: stormy
      ? mix(palette.sky[2], palette.glow, 0.25)
      : spec.time === 'day'
        ? lighten(palette.disc, 0)
        : mix(palette.glow, palette.sky[3], 0.4),
    shade: stormy ? lighten(palette.sky[0], 0.03) : mix(palette.sky[1], palette.haze, spec.time === 'day' ? 0.6 : 0.35),
    opacity: spec.time === 'night' ? 0.5 : 0.92,
  });
  const full = stage.width + 2 * stage.marginX;
  return {
    depth: 0.04,
    draw(context, moment) {
      const drift = (moment.progress - 0.5) * stage.width * 0.018 * Math.min(2, stage.seconds / 3);
      context.drawImage(canvas, -stage.marginX + drift, -stage.marginY, full, stage.horizon + stage.marginY);
    },
  };
}

/** Curtains of light: bright lower edges, rays fading upwards, swaying. */
function aurora(stage: Stage): Layer {
  const { width, horizon, marginX } = stage;
  const green: Colour = [0.86, -0.19, 0.1];
  const violet: Colour = [0.6, 0.12, -0.16];
  const curtains = [0, 1, 2].map((index) => ({
    noise: createNoise1(stage.seed, `aurora${index}`),
    base: horizon * (0.5 + 0.16 * index),
    height: horizon * (0.5 - 0.08 * index),
    strength: 0.5 - 0.1 * index,
  }));
  const columns = 110;
  const strip = scratch(1, 64);
  const gradient = strip.context.createLinearGradient(0, 0, 0, 64);
  for (const [at, colour, alpha] of [
    [0, violet, 0],
    [0.3, violet, 0.28],
    [0.66, green, 0.5],
    [0.9, lighten(green, 0.05), 0.95],
    [1, green, 0],
  ] as const)
    gradient.addColorStop(at, css(colour, alpha));
  strip.context.fillStyle = gradient;
  strip.context.fillRect(0, 0, 1, 64);
  const soft = scratch(columns, Math.round(horizon / 4));
  return {
    depth: 0.01,
    draw(context, moment) {
      soft.context.clearRect(0, 0, soft.canvas.width, soft.canvas.height);
      soft.context.globalCompositeOperation = 'lighter';
      for (const curtain of curtains) {
        for (let column = 0; column < columns; column += 1) {
          const x = column / columns;
          const sway = fractal1(curtain.noise, x * 3.2 + moment.seconds * 0.09, 3);
          const ray = fractal1(curtain.noise, x * 38 + moment.seconds * 0.5 + 90, 2);
          const bottom = (curtain.base + (sway - 0.5) * horizon * 0.42) / 4;
          const tall = (curtain.height * (0.55 + 0.75 * ray)) / 4;
          soft.context.globalAlpha = curtain.strength * (0.25 + 0.75 * ray) * Math.min(1, sway * 1.6);
          soft.context.drawImage(strip.canvas, column, bottom - tall, 1.4, tall);
        }
      }
      context.globalCompositeOperation = 'screen';
      context.drawImage(soft.canvas, -marginX, 0, width + 2 * marginX, horizon);
      context.globalCompositeOperation = 'source-over';
    },
  };
}

function meteors(stage: Stage): Layer {
  const random = stage.random('meteors');
  const falls = Array.from({ length: 3 + Math.round(stage.seconds) }, () => ({
    x: random.between(0.1, 1.1) * stage.width,
    y: random.between(0, 0.45) * stage.horizon,
    start: random.between(-0.4, stage.seconds),
    length: random.between(0.16, 0.34) * stage.unit,
  }));
  return {
    depth: 0.01,
    draw(context, moment) {
      for (const fall of falls) {
        const age = (moment.seconds - fall.start) / 0.7;
        if (age < 0 || age > 1) continue;
        const [x, y] = [fall.x - age * fall.length * 1.7, fall.y + age * fall.length * 0.85];
        const gradient = context.createLinearGradient(x, y, x + fall.length, y - fall.length * 0.5);
        gradient.addColorStop(0, `rgba(255,255,255,${(Math.sin(age * Math.PI) * 0.95).toFixed(3)})`);
        gradient.addColorStop(1, 'rgba(255,255,255,0)');
        context.strokeStyle = gradient;
        context.lineWidth = stage.unit / 220;
        context.lineCap = 'round';
        context.beginPath();
        context.moveTo(x, y);
        context.lineTo(x + fall.length, y - fall.length * 0.5);
        context.stroke();
      }
    },
  };
}

function lightning(stage: Stage): Layer {
  const random = stage.random('lightning');
  const top = stage.horizon * 0.12;
  const bolts = [0.36, 0.8].map((share) => {
    let [x, y] = [random.between(0.2, 0.8) * stage.width, top];
    const points: (readonly [number, number])[] = [];
    while (y < stage.horizon) {
      points.push([x, y]);
      x += random.between(-0.035, 0.035) * stage.unit;
      y += random.between(0.015, 0.045) * stage.unit;
    }
    return { at: share * stage.seconds + random.between(-0.1, 0.1), points };
  });
  return {
    depth: 0.03,
    draw(context, moment) {
      for (const bolt of bolts) {
        const age = moment.seconds - bolt.at;
        if (age < 0 || age > 0.45) continue;
        const flash = Math.exp(-age * 7) * (0.65 + 0.35 * Math.cos(age * 60));
        const first = bolt.points[0] ?? [0, 0];
        context.globalCompositeOperation = 'screen';
        glow(context, {
          x: first[0],
          y: stage.horizon * 0.4,
          radius: stage.unit * 1.1,
          colour: [0.92, -0.01, -0.04],
          alpha: 0.75 * flash,
        });
        context.strokeStyle = `rgba(236,244,255,${flash.toFixed(3)})`;
        context.lineWidth = stage.unit / 190;
        context.lineJoin = 'round';
        context.beginPath();
        for (const [x, y] of bolt.points) context.lineTo(x, y);
        context.stroke();
        context.globalCompositeOperation = 'source-over';
      }
    },
  };
}
