import { verticalGradient } from './backdrop.ts';
import type { Colour } from './colour.ts';
import { css, lighten, mix } from './colour.ts';
import type { Layer, Stage } from './stage.ts';
import { scratch } from './stage.ts';

/** Still water: what stands above the line, upside down, rippling, darkening towards the viewer. Mirrors every layer of less depth. */
export function mirror(
  stage: Stage,
  water: {
    readonly depth: number;
    readonly line: number;
    readonly ripple: number;
    readonly tint: Colour;
    readonly tintAlpha: number;
    readonly squash?: number;
  },
): Layer {
  const { width, height } = stage;
  const copy = scratch(width, height);
  const squash = water.squash ?? 0.8;
  const strip = Math.max(2, Math.round(height / 180));
  return {
    depth: water.depth,
    draw(context, moment) {
      const line = Math.round(moment.project(water.depth, 0, water.line).y);
      copy.context.drawImage(context.canvas, 0, 0);
      context.setTransform(1, 0, 0, 1, 0, 0);
      for (let y = line; y < height; y += strip) {
        const down = y - line;
        const near = down / (height - line);
        const wave =
          Math.sin(down * (0.5 - 0.34 * near) * (360 / height) + moment.seconds * 2.6) +
          0.6 * Math.sin(down * 0.21 * (360 / height) - moment.seconds * 1.7);
        const from = line - down / squash + wave * water.ripple * height * 0.004 * (0.4 + near);
        const shift =
          Math.sin(down * 0.36 * (360 / height) + moment.seconds * 2) *
          water.ripple *
          width *
          0.0026 *
          (0.3 + near * 1.6);
        context.drawImage(
          copy.canvas,
          0,
          Math.max(0, Math.min(line - 1, from)),
          width,
          1,
          shift - 3,
          y,
          width + 6,
          strip,
        );
      }
      const gradient = context.createLinearGradient(0, line, 0, height);
      gradient.addColorStop(0, css(water.tint, water.tintAlpha * 0.35));
      gradient.addColorStop(0.3, css(water.tint, water.tintAlpha * 0.75));
      gradient.addColorStop(1, css(lighten(water.tint, -0.06), Math.min(1, water.tintAlpha * 1.5)));
      context.fillStyle = gradient;
      context.fillRect(0, line, width, height - line);
    },
  };
}

/** Open sea: a body of colour, rows of waves in perspective, and the road of light under the lamp. */
export function openWater(
  stage: Stage,
  water: { readonly depth: number; readonly line: number; readonly bottom: number; readonly rough: number },
): readonly Layer[] {
  const { palette, width, marginX, unit, lamp, spec } = stage;
  const random = stage.random('waves');
  const far = mix(palette.sky[3], palette.haze, 0.5);
  const deep = mix(palette.shadow, palette.sky[0], 0.55);
  const span = water.bottom - water.line;
  const body: Layer = {
    depth: water.depth,
    draw(context) {
      context.fillStyle = verticalGradient(context, water.line, water.bottom, [
        [0, mix(far, palette.sky[2], 0.35)],
        [0.12, mix(far, deep, 0.42)],
        [0.5, mix(deep, palette.sky[1], 0.25)],
        [1, deep],
      ]);
      context.fillRect(-marginX, water.line, width + 2 * marginX, span + stage.marginY * 2);
    },
  };
  const crests = Array.from({ length: 330 }, () => {
    const near = random.next() ** 1.5;
    return {
      near,
      x: random.between(-0.2, 1.2),
      length: random.between(0.4, 1.5),
      phase: random.between(0, 6.28),
      light: random.chance(0.52),
    };
  }).sort((one, other) => one.near - other.near);
  const bright = css(mix(palette.sky[3], palette.sky[2], 0.45), 0.34);
  const dark = css(mix(deep, palette.shadow, 0.5), 0.36);
  const waves: Layer = {
    depth: water.depth + 0.01,
    draw(context, moment) {
      for (const crest of crests) {
        const rise = Math.sin(moment.seconds * (1.1 + water.rough * 0.6) + crest.phase);
        const y =
          water.line +
          span * (0.012 + crest.near * 0.99) +
          rise * unit * 0.008 * (0.2 + crest.near) * (0.6 + water.rough);
        const length = unit * (0.02 + 0.2 * crest.near) * crest.length;
        const thick = unit * (0.0016 + 0.0085 * crest.near) * (0.55 + 0.45 * rise) * (0.8 + 0.5 * water.rough);
        const x = crest.x * width + moment.seconds * unit * 0.014 * (0.3 + crest.near);
        context.fillStyle = crest.light ? bright : dark;
        context.beginPath();
        context.moveTo(x - length, y);
        context.quadraticCurveTo(x - length * 0.1, y - thick * 2, x + length, y);
        context.quadraticCurveTo(x, y + thick * 0.5, x - length, y);
        context.fill();
      }
    },
  };
  const shining =
    !spec.weather.includes('storm') &&
    !spec.weather.includes('rain') &&
    !(spec.time === 'dusk' && !spec.lights.includes('moon'));
  const sparkles = Array.from({ length: 230 }, () => ({
    near: random.next() ** 1.35,
    side: random.next() + random.next() - 1,
    phase: random.between(0, 6.28),
    speed: random.between(2, 5),
  }));
  const glitter: Layer = {
    depth: water.depth + 0.02,
    draw(context, moment) {
      const at = moment.project(0.015, lamp.x, lamp.y);
      const here = moment.project(water.depth + 0.02, 0, 0);
      const centre = (at.x - here.x) / here.scale;
      context.globalCompositeOperation = 'screen';
      const column = context.createLinearGradient(centre - unit * 0.3, 0, centre + unit * 0.3, 0);
      column.addColorStop(0, css(palette.glow, 0));
      column.addColorStop(0.5, css(palette.glow, 0.3));
      column.addColorStop(1, css(palette.glow, 0));
      context.fillStyle = column;
      context.fillRect(centre - unit * 0.3, water.line, unit * 0.6, span + stage.marginY);
      for (const sparkle of sparkles) {
        const y = water.line + span * (0.008 + sparkle.near * 0.92);
        const spread = unit * (0.035 + 0.17 * sparkle.near + 0.06 * water.rough);
        const shine = Math.max(0, Math.sin(moment.seconds * sparkle.speed + sparkle.phase));
        if (shine < 0.08) continue;
        const length = unit * (0.006 + 0.034 * sparkle.near) * (0.5 + shine);
        const thick = unit * (0.0012 + 0.0042 * sparkle.near);
        context.fillStyle = css(
          mix(palette.glow, palette.disc, 0.4 + 0.6 * shine),
          0.9 * shine * (1 - 0.55 * Math.abs(sparkle.side)),
        );
        context.beginPath();
        context.ellipse(centre + sparkle.side * spread, y, length, thick, 0, 0, Math.PI * 2);
        context.fill();
      }
      context.globalCompositeOperation = 'source-over';
    },
  };
  return [body, waves, ...(shining ? [glitter] : []), ...(water.rough > 1.2 ? swells(stage, water) : [])];
}

/** Storm seas: walls of water that heave past one another, foam torn off their crests. */
function swells(
  stage: Stage,
  water: { readonly depth: number; readonly line: number; readonly bottom: number },
): readonly Layer[] {
  const { palette, width, marginX, unit, height } = stage;
  const random = stage.random('swells');
  const span = water.bottom - water.line;
  return [0.1, 0.26, 0.5, 0.8].map((near, index) => {
    const high = unit * (0.018 + 0.07 * near);
    const long = unit * (0.3 + 0.75 * near);
    const phase = random.between(0, 6.28);
    const top = mix(mix(palette.sky[2], [0.55, -0.05, -0.03], 0.5), palette.shadow, 0.2 + 0.4 * near);
    const crest = (x: number, seconds: number) => {
      const run = (x / long) * Math.PI * 2 + seconds * (1.5 - 0.5 * near) * (index % 2 === 0 ? 1 : 0.8) + phase;
      // Peaked tops, long hollows.
      return (
        water.line +
        span * near -
        high * (1.6 * Math.exp(Math.sin(run) - 1) + 0.35 * Math.sin(run * 2.3 + 1) + 0.14 * Math.sin(run * 5.1))
      );
    };
    return {
      depth: water.depth + 0.03 + near * 0.5,
      draw(context, moment) {
        const step = 6;
        context.beginPath();
        context.moveTo(-marginX, height + stage.marginY);
        for (let x = -marginX; x <= width + marginX; x += step) context.lineTo(x, crest(x, moment.seconds));
        context.lineTo(width + marginX, height + stage.marginY);
        const body = context.createLinearGradient(
          0,
          water.line + span * near - high * 1.6,
          0,
          water.line + span * near + span * 0.34,
        );
        body.addColorStop(0, css(lighten(top, 0.07)));
        body.addColorStop(0.25, css(top));
        body.addColorStop(1, css(mix(top, palette.shadow, 0.75)));
        context.fillStyle = body;
        context.fill();
        context.lineWidth = unit * (0.002 + 0.005 * near);
        context.lineJoin = 'round';
        context.strokeStyle = css([0.95, -0.005, -0.01], 0.6);
        context.beginPath();
        let drawing = false;
        for (let x = -marginX; x <= width + marginX; x += step) {
          const y = crest(x, moment.seconds);
          const high2 = y < water.line + span * near - high * 0.95;
          if (high2 && drawing) context.lineTo(x, y);
          else if (high2) context.moveTo(x, y);
          drawing = high2;
        }
        context.stroke();
      },
    };
  });
}
