import { Path2D } from '@napi-rs/canvas';
import { hex, lighten, mix } from '../colour.ts';
import type { Look, SubjectKind } from './subject.ts';
import { disc, fillPath, taper } from './subject.ts';

export const birds: SubjectKind = {
  media: ['air'],
  size: 0.3,
  speed: 0.2,
  draw(look) {
    const random = look.random;
    for (let index = 0; index < 13; index += 1) {
      const row = Math.ceil(index / 2);
      const side = index % 2 === 0 ? 1 : -1;
      const x = -row * random.between(12, 17) + random.between(-4, 4);
      const y = side * row * random.between(5, 8) + random.between(-4, 4);
      bird(look, {
        x: x + 40,
        y,
        span: random.between(8, 12),
        phase: random.between(0, 6.28),
        pace: random.between(6, 8),
      });
    }
  },
};

function bird(
  look: Look,
  one: { readonly x: number; readonly y: number; readonly span: number; readonly phase: number; readonly pace: number },
): void {
  const { context } = look;
  const beat = Math.sin(look.seconds * one.pace + one.phase);
  const up = -beat * one.span * 0.55;
  const { x, span } = one;
  const y = one.y + beat * 1.2;
  context.fillStyle = look.tone(look.ink);
  context.beginPath();
  context.moveTo(x + span * 0.5, y);
  context.quadraticCurveTo(x + span * 0.1, y - span * 0.12, x + span * 0.06, y - span * 0.08);
  context.quadraticCurveTo(x - span * 0.05, y + up * 0.9 - span * 0.15, x - span * 0.4, y + up * 1.5);
  context.quadraticCurveTo(x - span * 0.3, y + up * 0.5, x - span * 0.22, y);
  context.lineTo(x - span * 0.62, y + span * 0.1);
  context.lineTo(x - span * 0.2, y + span * 0.1);
  context.quadraticCurveTo(x + span * 0.25, y + span * 0.16, x + span * 0.5, y);
  context.fill();
  context.beginPath();
  context.moveTo(x + span * 0.12, y);
  context.quadraticCurveTo(x + span * 0.2, y + up * 0.85 - span * 0.12, x + span * 0.02, y + up * 1.55 - span * 0.1);
  context.quadraticCurveTo(x - span * 0.1, y + up * 0.6, x - span * 0.18, y);
  context.fill();
}

export const eagle: SubjectKind = {
  media: ['air'],
  size: 0.2,
  speed: 0.25,
  draw(look) {
    const lift = Math.sin(look.seconds * 1.6) * 7;
    look.context.rotate(-0.1 + Math.sin(look.seconds * 0.8) * 0.06);
    fillPath(
      look,
      new Path2D(
        `M 0,-4 C 18,${-16 - lift} 44,${-30 - lift} 78,${-30 - lift * 2} L 92,${-24 - lift * 2.1} L 82,${-23 - lift * 2} L 94,${-15 - lift * 2} L 80,${-17 - lift * 1.9} L 88,${-7 - lift * 1.8} L 72,${-11 - lift * 1.6} C 50,${-6 - lift} 26,4 6,8 Z`,
      ),
    );
    fillPath(
      look,
      new Path2D(
        `M 0,-4 C -18,${-16 - lift} -44,${-30 - lift} -78,${-30 - lift * 2} L -92,${-24 - lift * 2.1} L -82,${-23 - lift * 2} L -94,${-15 - lift * 2} L -80,${-17 - lift * 1.9} L -88,${-7 - lift * 1.8} L -72,${-11 - lift * 1.6} C -50,${-6 - lift} -26,4 -6,8 Z`,
      ),
    );
    fillPath(
      look,
      new Path2D('M -7,-6 C -5,-16 5,-16 7,-6 C 8,6 6,18 12,34 L 4,30 L 0,36 L -4,30 L -12,34 C -6,18 -8,6 -7,-6 Z'),
    );
    fillPath(
      look,
      new Path2D('M -5,-12 C -5,-21 5,-21 5,-12 L 2,-8 L 0,-4 L -2,-8 Z'),
      mix([0.95, 0, 0.01], look.ink, 0.35),
    );
  },
};

/** A long body in waves, winged, with whiskers: half the West's, half China's. */
export const dragon: SubjectKind = {
  media: ['air'],
  size: 0.34,
  speed: 0.12,
  draw(look) {
    const { context, seconds } = look;
    const at = (share: number) => ({
      x: 62 - share * 190,
      y: Math.sin(share * 7.5 - seconds * 2.2) * (8 + 17 * share) + share * 8,
    });
    const beat = Math.sin(seconds * 3.2);
    const red = mix(mix(hex('#b8322a'), look.ink, 0.45), look.stage.palette.haze, 0.05);
    const wing = (side: number, colour: typeof red) =>
      fillPath(
        look,
        new Path2D(
          `M 26,${at(0.18).y} C 8,${-30 - beat * 26 * side} -14,${-60 - beat * 34} -52,${-64 - beat * 40} C -40,${-48 - beat * 26} -44,${-36 - beat * 20} -60,${-30 - beat * 14} C -42,${-26 - beat * 10} -36,${-16 - beat * 6} -44,-6 C -28,-12 -16,-6 -10,${at(0.36).y} Z`,
        ),
        colour,
      );
    wing(0.6, mix(red, look.ink, 0.55));
    context.fillStyle = look.tone(red);
    for (let step = 0; step < 40; step += 1) {
      const [from, to] = [step / 40, (step + 1) / 40];
      const width = (share: number) =>
        15 * Math.sin(Math.min(1, share * 3 + 0.42) * Math.PI * 0.5) * (1 - share) ** 0.8 + 1.4;
      taper(context, at(from), at(to), width(from), width(to));
      if (step % 2 === 0 && step > 1) {
        const spot = at(from);
        context.beginPath();
        context.moveTo(spot.x - 4, spot.y - width(from) * 0.4);
        context.lineTo(spot.x - 3, spot.y - width(from) * 0.5 - 6 * (1 - from));
        context.lineTo(spot.x + 3, spot.y - width(from) * 0.4);
        context.fill();
      }
    }
    const tail = at(1);
    fillPath(
      look,
      new Path2D(
        `M ${tail.x + 6},${tail.y} L ${tail.x - 14},${tail.y - 9} L ${tail.x - 6},${tail.y} L ${tail.x - 15},${tail.y + 8} Z`,
      ),
      red,
    );
    const head = at(0);
    context.save();
    context.translate(head.x, head.y);
    fillPath(
      look,
      new Path2D(
        'M -6,-8 C -2,-12 4,-12 9,-10 C 16,-9 24,-6 30,-4 C 32,-2 31,0 28,0 L 14,1 C 20,3 24,4 26,6 C 20,9 8,8 -2,8 C -8,6 -10,-2 -6,-8 Z M -2,-9 C -6,-17 -14,-21 -22,-22 C -16,-18 -10,-12 -7,-6 Z M 3,-10 C 1,-17 -5,-22 -11,-25 C -6,-19 -3,-14 -2,-8 Z',
      ),
      red,
    );
    context.strokeStyle = look.tone(red);
    context.lineWidth = 1.5;
    context.stroke(
      new Path2D(
        `M 28,-2 C 38,${-8 + beat * 4} 46,${2 + beat * 5} 54,${-6 + beat * 6} M 26,2 C 34,${8 - beat * 4} 40,${4 + beat * 3} 48,${12 - beat * 5}`,
      ),
    );
    if (!look.rim) {
      look.glow(8, -5, 12, hex('#ffcf5a'), 0.9);
      context.fillStyle = look.tone(hex('#ffe08a'));
      disc(context, 8, -5, 1.7);
    }
    context.restore();
    wing(1, lighten(red, 0.03));
  },
};

export const butterflies: SubjectKind = {
  media: ['ground', 'air'],
  size: 0.3,
  speed: 0.03,
  draw(look) {
    const { context, seconds, random, stage } = look;
    for (let index = 0; index < 8; index += 1) {
      const phase = random.between(0, 6.28);
      const x = random.between(-110, 110) + Math.sin(seconds * 0.9 + phase) * 18;
      const y = -random.between(12, 90) + Math.sin(seconds * 1.6 + phase * 2) * 10;
      const size = random.between(4, 9.5);
      const open = 0.25 + 0.75 * Math.abs(Math.sin(seconds * 7 + phase));
      const colour = mix(
        random.pick([stage.palette.accent, stage.palette.accent2, hex('#7fb8ff'), hex('#fff0c0')] as const),
        look.ink,
        0.12,
      );
      context.save();
      context.translate(x, y);
      context.rotate(-0.5 + Math.sin(phase) * 0.6);
      for (const side of [-1, 1]) {
        context.save();
        context.scale(side * open, 1);
        fillPath(
          look,
          new Path2D(
            `M 0,0 C ${size * 0.4},${-size * 1.3} ${size * 1.6},${-size * 1.2} ${size * 1.25},${-size * 0.2} C ${size * 1.2},${size * 0.1} ${size * 0.5},${size * 0.1} 0,0 C ${size * 0.6},${size * 0.1} ${size * 1.1},${size * 0.5} ${size * 0.7},${size * 0.9} C ${size * 0.4},${size * 1.1} ${size * 0.1},${size * 0.5} 0,0 Z`,
          ),
          colour,
        );
        context.restore();
      }
      context.fillStyle = look.tone(look.ink);
      context.fillRect(-0.5, -size * 0.5, 1, size);
      context.restore();
    }
  },
};

export const balloon: SubjectKind = {
  media: ['air'],
  size: 0.3,
  speed: 0.02,
  draw(look) {
    const { context, seconds, random, stage } = look;
    const flock = [
      [0, 0, 1],
      [-105, -26, 0.5],
      [92, 34, 0.62],
      [-52, 52, 0.3],
      [150, -40, 0.34],
    ] as const;
    flock.forEach(([x, y, scale], index) => {
      context.save();
      context.translate(x, y + Math.sin(seconds * 0.9 + index * 1.7) * 3);
      context.scale(scale, scale);
      const main = mix(
        random.pick([stage.palette.accent2, hex('#e0503a'), hex('#3f8fc0'), hex('#e8b040')] as const),
        look.ink,
        0.2 + (1 - scale) * 0.15,
      );
      const second = mix(
        random.pick([hex('#fff0d8'), stage.palette.accent, hex('#f4e4c0')] as const),
        look.ink,
        0.2 + (1 - scale) * 0.15,
      );
      const skin = new Path2D(
        'M 0,-62 C 32,-62 46,-38 42,-14 C 38,8 20,22 10,36 L -10,36 C -20,22 -38,8 -42,-14 C -46,-38 -32,-62 0,-62 Z',
      );
      fillPath(look, skin, main);
      if (!look.rim) {
        context.save();
        context.clip(skin);
        for (const stripe of [-2, 0, 2]) {
          context.fillStyle = look.tone(second);
          context.fill(
            new Path2D(
              `M 0,-62 C ${stripe * 17 - 9},-56 ${stripe * 18 - 8},-20 ${stripe * 3 - 3},36 L ${stripe * 3 + 3},36 C ${stripe * 18 + 8},-20 ${stripe * 17 + 9},-56 0,-62 Z`,
            ),
          );
        }
        const shade = context.createLinearGradient(-44, 0, 44, 0);
        const lit = stage.lamp.x > stage.width / 2;
        shade.addColorStop(lit ? 0 : 1, look.tone(stage.palette.shadow, 0.62));
        shade.addColorStop(0.55, look.tone(stage.palette.shadow, 0.08));
        shade.addColorStop(lit ? 1 : 0, look.tone(stage.palette.light, 0.34));
        context.fillStyle = shade;
        context.fillRect(-50, -70, 100, 120);
        look.glow(0, 26, 30, hex('#ffb050'), 0.35 + 0.25 * Math.sin(seconds * 3 + index * 2));
        context.restore();
      }
      context.strokeStyle = look.tone(look.ink);
      context.lineWidth = 1;
      context.stroke(new Path2D('M -9,36 L -6,50 M 9,36 L 6,50'));
      fillPath(look, new Path2D('M -8,50 L 8,50 L 6.5,61 L -6.5,61 Z'), mix(hex('#7a4a2a'), look.ink, 0.4));
      context.restore();
    });
  },
};

export const rocket: SubjectKind = {
  media: ['air'],
  size: 0.3,
  speed: 0.1,
  draw(look) {
    const { context, seconds } = look;
    context.rotate(0.85);
    const flame = 26 + 7 * Math.sin(seconds * 31) + 4 * Math.sin(seconds * 47);
    if (!look.rim) {
      look.glow(0, 52, 70, hex('#ff8a3a'), 0.75);
      for (const [wide, long, colour, alpha] of [
        [10, 1.9, '#ff6a2a', 0.7],
        [7, 1.3, '#ffc050', 0.9],
        [4, 0.75, '#fff6d8', 1],
      ] as const) {
        context.fillStyle = look.tone(hex(colour), alpha);
        context.fill(
          new Path2D(
            `M ${-wide},38 C ${-wide * 1.1},${38 + flame * long * 0.5} -2,${38 + flame * long * 0.8} 0,${38 + flame * long} C 2,${38 + flame * long * 0.8} ${wide * 1.1},${38 + flame * long * 0.5} ${wide},38 Z`,
          ),
        );
      }
    }
    const red = mix(hex('#e0402f'), look.ink, 0.2);
    const white = mix([0.95, 0, 0], look.ink, 0.18);
    fillPath(look, new Path2D('M -12,8 C -24,16 -27,30 -26,44 L -10,34 Z M 12,8 C 24,16 27,30 26,44 L 10,34 Z'), red);
    const hull = new Path2D(
      'M 0,-60 C 13,-44 17,-20 15,6 C 14,20 11,32 9,38 L -9,38 C -11,32 -14,20 -15,6 C -17,-20 -13,-44 0,-60 Z',
    );
    fillPath(look, hull, white);
    fillPath(
      look,
      new Path2D('M 0,-60 C 7,-51 11,-42 13,-32 L -13,-32 C -11,-42 -7,-51 0,-60 Z M -3,14 L 3,14 L 4,42 L -4,42 Z'),
      red,
    );
    if (look.rim) return;
    context.save();
    context.clip(hull);
    const shade = context.createLinearGradient(-16, 0, 16, 0);
    shade.addColorStop(0, look.tone(look.ink, 0.6));
    shade.addColorStop(0.5, look.tone(look.ink, 0));
    context.fillStyle = shade;
    context.fillRect(-20, -64, 40, 110);
    context.restore();
    context.fillStyle = look.tone(mix(look.ink, white, 0.2));
    disc(context, 0, -14, 7);
    context.fillStyle = look.tone(hex('#7fe0ff'));
    disc(context, 0, -14, 5);
  },
};

export const plane: SubjectKind = {
  media: ['air'],
  size: 0.2,
  speed: 0.6,
  draw(look) {
    const { context } = look;
    context.rotate(-0.09);
    const white = mix([0.93, 0, 0], look.ink, 0.3 + 0.3 * (1 - look.stage.palette.exposure));
    if (!look.rim) {
      const trail = context.createLinearGradient(-60, 0, -330, 20);
      trail.addColorStop(0, look.tone([0.98, 0, 0], 0.65));
      trail.addColorStop(1, look.tone([0.98, 0, 0], 0));
      context.fillStyle = trail;
      context.fill(new Path2D('M -40,4 L -330,14 L -330,24 L -40,10 Z'));
    }
    fillPath(look, new Path2D('M -8,-2 L -34,-30 L -25,-30 L 14,-3 Z'), mix(white, look.ink, 0.4));
    fillPath(
      look,
      new Path2D(
        'M 84,2 C 80,-6 66,-9 50,-9 L -58,-7 C -64,-7 -70,-12 -78,-28 L -90,-28 L -82,-2 C -76,4 -60,8 -40,9 L 56,9 C 70,9 82,7 84,2 Z',
      ),
      white,
    );
    fillPath(look, new Path2D('M 22,4 L -30,42 L -18,42 L 50,6 Z'), mix(white, look.ink, 0.2));
    fillPath(look, new Path2D('M -62,-4 L -86,10 L -78,10 L -50,0 Z'), mix(white, look.ink, 0.25));
    if (look.rim) return;
    context.fillStyle = look.tone(mix(look.ink, white, 0.25));
    for (let x = -44; x < 58; x += 8) context.fillRect(x, -4, 3.6, 3);
    context.fill(new Path2D('M 68,-7 C 74,-6 79,-4 80,-2 L 66,-2 Z'));
  },
};
