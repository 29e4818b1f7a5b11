import { backdrop, glow, verticalGradient } from '../backdrop.ts';
import { css, hex, lighten, mix } from '../colour.ts';
import { crown } from '../foliage.ts';
import { fillLand, skyline } from '../land.ts';
import { surface } from '../palette.ts';
import type { Layer, Stage } from '../stage.ts';
import { stillLayer } from '../stage.ts';
import { mist } from '../weather.ts';
import type { PlaceScene } from './place.ts';

/** A quiet room: a large window, the world behind it, its light on the floor, a lamp, a plant. */
export function room(stage: Stage): PlaceScene {
  const { width, height, unit, palette, spec, horizon } = stage;
  const portrait = height > width;
  const window = {
    x: width * (portrait ? 0.16 : 0.27),
    y: height * (portrait ? 0.14 : 0.1),
    width: width * (portrait ? 0.68 : 0.46),
    height: height * (portrait ? 0.46 : 0.53),
  };
  const sill = window.y + window.height;
  const floor = height * (portrait ? 0.78 : 0.8);
  const wall = mix(mix(surface(palette, hex('#6a564c'), 0), palette.shadow, 0.5), hex('#2a2024'), 0.3);
  const dark = spec.time === 'night' || spec.time === 'dusk' || spec.weather.includes('rain');
  const rainy = spec.weather.includes('rain') || spec.weather.includes('storm');
  const lampAt = { x: width * (portrait ? 0.86 : 0.86), y: height * 0.46 };
  const hills = skyline(stage, {
    name: 'outside',
    base: sill - unit * 0.16,
    swing: unit * 0.05,
    wavelength: unit * 0.4,
    form: 'hills',
  });
  const view = (spec.mood !== 'calm' && stage.random('view').chance(0.5)) || spec.lights.includes('neon');
  const outside: Stage = {
    ...stage,
    horizon: sill,
    lamp: { x: window.x + window.width * 0.68, y: window.y + window.height * 0.42 },
  };
  return {
    layers: [
      ...backdrop(outside),
      stillLayer(stage, { depth: 0.14, bottom: sill + 4 }, (context) => {
        const random = stage.random('skyline');
        if (!view) {
          const green = surface(palette, spec.season === 'winter' ? hex('#d8e4ee') : hex('#5a8058'), 0.3);
          fillLand(context, stage, {
            line: hills,
            bottom: sill + 4,
            from: sill - unit * 0.22,
            colours: [
              [0, mix(green, palette.haze, 0.3)],
              [1, green],
            ],
          });
          for (let tree = 0; tree < 14; tree += 1) {
            const x = window.x + random.between(-0.1, 1.1) * window.width;
            const size = unit * random.between(0.03, 0.07);
            crown(context, {
              x,
              y: hills(x) + unit * 0.02,
              radiusX: size,
              radiusY: size * 1.1,
              dark: mix(green, palette.shadow, 0.5),
              lit: mix(green, palette.light, 0.2),
              random,
              count: 34,
              light: 1,
            });
          }
          return;
        }
        for (let x = window.x - unit * 0.1; x < window.x + window.width + unit * 0.1; ) {
          const broad = unit * random.between(0.045, 0.1);
          const top = sill - unit * random.between(0.1, 0.34);
          const ink = mix(surface(palette, hex('#5a6070'), random.between(0.2, 0.5)), palette.shadow, 0.2);
          context.fillStyle = verticalGradient(context, top, sill, [
            [0, ink],
            [1, mix(ink, palette.haze, 0.4)],
          ]);
          context.fillRect(x, top, broad, sill - top + 4);
          for (let y = top + unit * 0.014; y < sill; y += unit * 0.02) {
            for (let at = x + unit * 0.008; at < x + broad - unit * 0.01; at += unit * 0.016) {
              if (!random.chance(dark ? 0.42 : 0.08)) continue;
              context.fillStyle = css(
                random.chance(0.8) ? palette.accent : palette.accent2,
                random.between(0.45, 0.95),
              );
              context.fillRect(at, y, unit * 0.0085, unit * 0.01);
            }
          }
          x += broad * random.between(0.9, 1.06);
        }
      }),
      mist(stage, {
        name: 'outer',
        depth: 0.15,
        top: (sill - unit * 0.25) / height,
        bottom: (sill + unit * 0.1) / height,
        alpha: 0.4,
      }),
      ...(rainy ? [drops(stage, window)] : []),
      stillLayer(stage, { depth: 0.5 }, (context) => {
        const bottom = height + stage.marginY;
        const left = -stage.marginX;
        const right = width + stage.marginX;
        // The wall, its window cut out.
        context.fillStyle = verticalGradient(context, -stage.marginY, floor, [
          [0, lighten(wall, -0.04)],
          [0.6, wall],
          [1, lighten(wall, -0.03)],
        ]);
        context.beginPath();
        context.rect(left, -stage.marginY, right - left, floor + stage.marginY);
        context.rect(window.x, window.y, window.width, window.height);
        context.fill('evenodd');
        context.save();
        context.clip('evenodd');
        context.globalCompositeOperation = 'screen';
        glow(context, {
          x: window.x + window.width / 2,
          y: window.y + window.height / 2,
          radius: window.width * 0.95,
          colour: palette.glow,
          alpha: dark ? 0.16 : 0.34,
        });
        context.restore();
        // Boards.
        const wood = mix(mix(surface(palette, hex('#7a5236'), 0), palette.shadow, 0.42), hex('#3a2418'), 0.3);
        context.fillStyle = verticalGradient(context, floor, bottom, [
          [0, wood],
          [1, mix(wood, palette.shadow, 0.7)],
        ]);
        context.fillRect(left, floor, right - left, bottom - floor);
        context.strokeStyle = css(palette.shadow, 0.4);
        context.lineWidth = unit * 0.002;
        context.beginPath();
        for (let board = -14; board <= 14; board += 1) {
          context.moveTo(width / 2 + board * unit * 0.1, floor);
          context.lineTo(width / 2 + board * unit * 0.26, bottom);
        }
        context.stroke();
        context.fillStyle = css(lighten(wall, 0.05));
        context.fillRect(left, floor - unit * 0.026, right - left, unit * 0.026);
        // The window's light, lying on the floor.
        context.globalCompositeOperation = 'screen';
        const slant = (stage.lamp.x > width / 2 ? -1 : 1) * unit * 0.12;
        for (const pane of [0, 1, 2]) {
          const [from, to] = [
            window.x + (window.width * (pane + 0.06)) / 3,
            window.x + (window.width * (pane + 0.94)) / 3,
          ];
          const gradient = context.createLinearGradient(0, floor, 0, bottom);
          gradient.addColorStop(0, css(palette.glow, dark ? 0.2 : 0.5));
          gradient.addColorStop(1, css(palette.glow, 0.02));
          context.fillStyle = gradient;
          context.beginPath();
          context.moveTo(from, floor + unit * 0.012);
          context.lineTo(to, floor + unit * 0.012);
          context.lineTo(to + slant + (to - width / 2) * 0.3, bottom);
          context.lineTo(from + slant + (from - width / 2) * 0.3, bottom);
          context.fill();
        }
        context.globalCompositeOperation = 'source-over';
        frame(context);
      }),
      furniture(stage, { floor, sill, window, lampAt, dark }),
      ...(dark ? [] : [beams(stage, window, floor)]),
    ],
    stands: {
      ground: { x: width * (portrait ? 0.3 : 0.2), y: floor + unit * 0.06, depth: 0.62, scale: 1.6 },
      far: { x: window.x + window.width * 0.36, y: sill + unit * 0.004, depth: 0.5, scale: 1.5 },
      water: null,
      air: {
        x: window.x + window.width * 0.5,
        y: Math.min(horizon, window.y + window.height * 0.4),
        depth: 0.12,
        scale: 0.5,
      },
    },
  };

  function frame(context: Parameters<Layer['draw']>[0]): void {
    const bar = unit * 0.014;
    const tone = mix(wall, palette.light, 0.16);
    context.fillStyle = css(lighten(wall, -0.1));
    context.strokeStyle = css(tone);
    context.lineWidth = bar;
    context.strokeRect(window.x, window.y, window.width, window.height);
    context.lineWidth = bar * 0.6;
    context.beginPath();
    for (const share of [1 / 3, 2 / 3]) {
      context.moveTo(window.x + window.width * share, window.y);
      context.lineTo(window.x + window.width * share, window.y + window.height);
    }
    context.moveTo(window.x, window.y + window.height * 0.36);
    context.lineTo(window.x + window.width, window.y + window.height * 0.36);
    context.stroke();
    context.fillStyle = verticalGradient(context, sill, sill + unit * 0.035, [
      [0, lighten(mix(tone, palette.glow, 0.3), 0.04)],
      [1, lighten(wall, -0.06)],
    ]);
    context.fillRect(window.x - unit * 0.04, sill, window.width + unit * 0.08, unit * 0.035);
    // Curtains.
    const random = stage.random('curtain');
    for (const side of [-1, 1]) {
      const edge = side === -1 ? window.x : window.x + window.width;
      const cloth = mix(
        surface(palette, spec.colours[0] === undefined ? hex('#b8a08c') : palette.accent, 0),
        palette.shadow,
        0.28,
      );
      for (let fold = 0; fold < 6; fold += 1) {
        const at = edge + side * unit * (0.075 - fold * 0.022);
        const broad = unit * 0.03;
        const gradient = context.createLinearGradient(at - broad, 0, at + broad, 0);
        gradient.addColorStop(0, css(mix(cloth, palette.shadow, 0.45)));
        gradient.addColorStop(side === -1 ? 0.7 : 0.3, css(mix(cloth, palette.glow, 0.3)));
        gradient.addColorStop(1, css(mix(cloth, palette.shadow, 0.45)));
        context.fillStyle = gradient;
        const sway = random.between(-0.01, 0.01) * unit;
        context.beginPath();
        context.moveTo(at - broad * 0.6, window.y - unit * 0.03);
        context.lineTo(at + broad * 0.6, window.y - unit * 0.03);
        context.quadraticCurveTo(
          at + broad * 0.3 + sway,
          (window.y + floor) / 2,
          at + broad + sway,
          floor - unit * 0.012,
        );
        context.lineTo(at - broad + sway, floor - unit * 0.012);
        context.quadraticCurveTo(
          at - broad * 0.3 + sway,
          (window.y + floor) / 2,
          at - broad * 0.6,
          window.y - unit * 0.03,
        );
        context.fill();
      }
    }
    context.fillStyle = css(mix(palette.shadow, wall, 0.4));
    context.fillRect(window.x - unit * 0.13, window.y - unit * 0.04, window.width + unit * 0.26, unit * 0.012);
  }
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function furniture(
  stage: Stage,
  at: {
    readonly floor: number;
    readonly sill: number;
    readonly window: Box;
    readonly lampAt: { readonly x: number; readonly y: number };
    readonly dark: boolean;
  },
): Layer {
  const { unit, palette, width, height } = stage;
  const random = stage.random('furniture');
  const ink = mix(palette.shadow, surface(palette, hex('#5a4638'), 0), 0.3);
  return stillLayer(stage, { depth: 0.66 }, (context) => {
    // An armchair seen from the side, under the lamp.
    const chair = { x: width * (height > width ? 0.72 : 0.78), y: at.floor + unit * 0.1, size: unit * 0.3 };
    const cloth = mix(mix(surface(palette, palette.accent2, 0), palette.shadow, 0.58), hex('#3a2630'), 0.3);
    context.fillStyle = verticalGradient(context, chair.y - chair.size, chair.y, [
      [0, mix(cloth, palette.glow, 0.16)],
      [1, mix(cloth, palette.shadow, 0.5)],
    ]);
    context.beginPath();
    context.moveTo(chair.x + chair.size * 0.42, chair.y - chair.size * 0.08);
    context.bezierCurveTo(
      chair.x + chair.size * 0.56,
      chair.y - chair.size * 0.6,
      chair.x + chair.size * 0.5,
      chair.y - chair.size * 1.02,
      chair.x + chair.size * 0.34,
      chair.y - chair.size * 1.04,
    );
    context.bezierCurveTo(
      chair.x + chair.size * 0.16,
      chair.y - chair.size * 1.04,
      chair.x + chair.size * 0.2,
      chair.y - chair.size * 0.72,
      chair.x + chair.size * 0.16,
      chair.y - chair.size * 0.62,
    );
    context.bezierCurveTo(
      chair.x,
      chair.y - chair.size * 0.72,
      chair.x - chair.size * 0.42,
      chair.y - chair.size * 0.72,
      chair.x - chair.size * 0.46,
      chair.y - chair.size * 0.54,
    );
    context.bezierCurveTo(
      chair.x - chair.size * 0.5,
      chair.y - chair.size * 0.36,
      chair.x - chair.size * 0.42,
      chair.y - chair.size * 0.2,
      chair.x - chair.size * 0.42,
      chair.y - chair.size * 0.08,
    );
    context.closePath();
    context.fill();
    context.fillStyle = css(palette.shadow);
    for (const leg of [-0.36, 0.34])
      context.fillRect(chair.x + chair.size * leg, chair.y - chair.size * 0.09, chair.size * 0.045, chair.size * 0.13);
    context.fillStyle = css(mix(cloth, palette.light, 0.22), 0.6);
    context.beginPath();
    context.ellipse(
      chair.x - chair.size * 0.14,
      chair.y - chair.size * 0.5,
      chair.size * 0.3,
      chair.size * 0.06,
      0.04,
      0,
      Math.PI * 2,
    );
    context.fill();
    // The lamp.
    context.fillStyle = css(palette.shadow);
    context.fillRect(at.lampAt.x + unit * 0.06, at.lampAt.y, unit * 0.008, chair.y - at.lampAt.y - unit * 0.01);
    context.beginPath();
    context.ellipse(at.lampAt.x + unit * 0.064, chair.y - unit * 0.01, unit * 0.05, unit * 0.011, 0, 0, Math.PI * 2);
    context.fill();
    const warm = hex('#ffcf8a');
    context.fillStyle = css(at.dark ? warm : mix(warm, ink, 0.45));
    context.beginPath();
    context.moveTo(at.lampAt.x + unit * 0.034, at.lampAt.y - unit * 0.085);
    context.lineTo(at.lampAt.x + unit * 0.094, at.lampAt.y - unit * 0.085);
    context.lineTo(at.lampAt.x + unit * 0.13, at.lampAt.y + unit * 0.012);
    context.lineTo(at.lampAt.x - unit * 0.002, at.lampAt.y + unit * 0.012);
    context.fill();
    if (at.dark) {
      context.globalCompositeOperation = 'screen';
      glow(context, {
        x: at.lampAt.x + unit * 0.064,
        y: at.lampAt.y - unit * 0.02,
        radius: unit * 0.62,
        colour: hex('#ffb060'),
        alpha: 0.62,
      });
      context.globalCompositeOperation = 'source-over';
    }
    // A plant in the other corner.
    const pot = { x: width * (height > width ? 0.1 : 0.1), y: at.floor + unit * 0.12 };
    context.fillStyle = css(mix(surface(palette, hex('#a06a4a'), 0), palette.shadow, 0.5));
    context.beginPath();
    context.moveTo(pot.x - unit * 0.055, pot.y - unit * 0.11);
    context.lineTo(pot.x + unit * 0.055, pot.y - unit * 0.11);
    context.lineTo(pot.x + unit * 0.04, pot.y);
    context.lineTo(pot.x - unit * 0.04, pot.y);
    context.fill();
    for (let leaf = 0; leaf < 17; leaf += 1) {
      const angle = -Math.PI / 2 + (leaf / 16 - 0.5) * 2.5 + random.between(-0.1, 0.1);
      const reach = unit * random.between(0.16, 0.36);
      const tip = {
        x: pot.x + Math.cos(angle) * reach,
        y: pot.y - unit * 0.11 + Math.sin(angle) * reach + Math.abs(Math.cos(angle)) * reach * 0.35,
      };
      const middle = {
        x: pot.x + Math.cos(angle) * reach * 0.45,
        y: pot.y - unit * 0.11 + Math.sin(angle) * reach * 0.8,
      };
      context.fillStyle = css(
        mix(
          mix(surface(palette, hex('#4a7a4e'), 0), palette.shadow, random.between(0.3, 0.65)),
          palette.glow,
          tip.x > pot.x ? 0.13 : 0,
        ),
      );
      context.beginPath();
      context.moveTo(pot.x - unit * 0.003, pot.y - unit * 0.11);
      context.quadraticCurveTo(middle.x - unit * 0.03, middle.y - unit * 0.02, tip.x, tip.y);
      context.quadraticCurveTo(
        middle.x + unit * 0.03,
        middle.y + unit * 0.025,
        pot.x + unit * 0.003,
        pot.y - unit * 0.11,
      );
      context.fill();
    }
    // A cup and books on the sill.
    const books = { x: at.window.x + at.window.width * 0.72, y: at.sill };
    [hex('#8a4a3a'), hex('#3f5a6a'), hex('#c0a060')].forEach((cover, index) => {
      context.fillStyle = css(mix(surface(palette, cover, 0), palette.shadow, 0.35));
      context.fillRect(
        books.x + index * unit * 0.006,
        books.y - unit * 0.017 * (index + 1),
        unit * (0.1 - index * 0.012),
        unit * 0.016,
      );
    });
  });
}

function drops(stage: Stage, window: Box): Layer {
  const { unit } = stage;
  const random = stage.random('drops');
  const list = Array.from({ length: 90 }, () => ({
    x: window.x + random.next() * window.width,
    y: random.next(),
    size: unit * random.between(0.0022, 0.006),
    runs: random.chance(0.3) ? random.between(0.1, 0.4) : 0,
  }));
  return {
    depth: 0.49,
    draw(context, moment) {
      for (const drop of list) {
        const fallen = drop.y + moment.seconds * drop.runs;
        const y = window.y + (fallen - Math.floor(fallen)) * window.height;
        context.fillStyle = 'rgba(230,240,255,0.4)';
        context.beginPath();
        context.ellipse(drop.x, y, drop.size, drop.size * 1.25, 0, 0, Math.PI * 2);
        context.fill();
        context.fillStyle = 'rgba(255,255,255,0.7)';
        context.beginPath();
        context.arc(drop.x - drop.size * 0.3, y - drop.size * 0.4, drop.size * 0.32, 0, Math.PI * 2);
        context.fill();
        if (drop.runs === 0) continue;
        context.fillStyle = 'rgba(220,235,255,0.16)';
        context.fillRect(
          drop.x - drop.size * 0.4,
          Math.max(window.y, y - window.height * 0.2),
          drop.size * 0.8,
          Math.min(y - window.y, window.height * 0.2),
        );
      }
    },
  };
}

/** Sun through the panes, crossing the room. */
function beams(stage: Stage, window: Box, floor: number): Layer {
  const { unit, palette, height } = stage;
  const slant = (stage.lamp.x > stage.width / 2 ? -1 : 1) * unit * 0.2;
  return {
    depth: 0.6,
    draw(context, moment) {
      context.globalCompositeOperation = 'screen';
      for (const pane of [0, 1, 2]) {
        const gradient = context.createLinearGradient(0, window.y, 0, height);
        gradient.addColorStop(0, css(palette.glow, 0.2 + 0.03 * Math.sin(moment.seconds * 0.9 + pane * 2)));
        gradient.addColorStop(0.75, css(palette.glow, 0.1));
        gradient.addColorStop(1, css(palette.glow, 0));
        context.fillStyle = gradient;
        const [from, to] = [
          window.x + (window.width * (pane + 0.08)) / 3,
          window.x + (window.width * (pane + 0.92)) / 3,
        ];
        context.beginPath();
        context.moveTo(from, window.y);
        context.lineTo(to, window.y);
        context.lineTo(to + slant, floor + unit * 0.2);
        context.lineTo(from + slant, floor + unit * 0.2);
        context.fill();
      }
      context.globalCompositeOperation = 'source-over';
    },
  };
}
