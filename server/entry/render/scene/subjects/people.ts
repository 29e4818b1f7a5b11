import { Path2D } from '@napi-rs/canvas';
import { hex, lighten, mix } from '../colour.ts';
import type { Look, SubjectKind } from './subject.ts';
import { disc, fillPath, limb, taper } from './subject.ts';

const WALK = 0.34;

interface Figure {
  readonly phase: number;
  readonly dress?: boolean;
  readonly coat?: boolean;
  readonly hat?: boolean;
  readonly umbrella?: boolean;
  readonly reach?: number;
}

export const person: SubjectKind = {
  media: ['ground', 'far', 'air'],
  size: 0.255,
  speed: WALK,
  draw: (look) => figure(look, { phase: 0, coat: true, umbrella: look.stage.spec.weather.includes('rain') }),
};

export const couple: SubjectKind = {
  media: ['ground', 'far'],
  size: 0.25,
  speed: WALK * 0.8,
  draw(look) {
    look.context.translate(-15, 0);
    figure(look, { phase: 0.4, dress: true, reach: 0.42 });
    look.context.translate(30, 0);
    look.context.scale(1.08, 1.08);
    figure(look, { phase: 1.9, coat: true, reach: -0.42 });
  },
};

export const child: SubjectKind = {
  media: ['ground', 'far'],
  size: 0.17,
  speed: WALK,
  draw(look) {
    figure(look, { phase: 0, dress: true, reach: 2.5 });
    const { context } = look;
    const sway = Math.sin(look.seconds * 1.3) * 5;
    context.strokeStyle = look.tone(look.ink);
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(15, -82);
    context.quadraticCurveTo(20, -110, 24 + sway, -136);
    context.stroke();
    const red = look.tone(mix(hex('#ff4a4a'), look.ink, 0.12));
    context.fillStyle = red;
    context.beginPath();
    context.ellipse(25 + sway, -156, 16, 20, 0.06, 0, Math.PI * 2);
    context.fill();
    context.fillStyle = look.tone(hex('#ffb0a0'), 0.6);
    context.beginPath();
    context.ellipse(19 + sway, -163, 4, 7, 0.4, 0, Math.PI * 2);
    context.fill();
  },
};

/** Somebody walking, arms and legs in step. */
function figure(look: Look, own: Figure): void {
  const { context, seconds } = look;
  const step = seconds * 4.2 + own.phase;
  const swing = Math.sin(step) * 0.42;
  context.save();
  context.translate(0, -Math.abs(Math.cos(step)) * 1.6);
  context.fillStyle = look.tone(look.ink);
  for (const side of [1, -1]) {
    const angle = swing * side;
    limb(look, {
      x: side,
      y: -50,
      upper: angle,
      lower: angle - Math.max(0, -Math.cos(step) * side) * 0.7 - 0.06,
      lengths: [25, 24],
      widths: [11, 8, 5.5],
      foot: 7,
    });
  }
  const arm = (side: number) =>
    limb(look, {
      x: side * 2,
      y: -79,
      upper: -swing * side * 0.8,
      lower: -swing * side * 0.8 + 0.28,
      lengths: [16, 15],
      widths: [7, 5.5, 4],
    });
  arm(-1);
  if (own.umbrella === true || own.reach !== undefined)
    limb(look, {
      x: 3,
      y: -79,
      upper: own.reach ?? 1.1,
      lower: own.umbrella === true ? 2.7 : (own.reach ?? 0) * 1.1,
      lengths: [16, 15],
      widths: [7, 5.5, 4],
    });
  else arm(1);
  const flutter = Math.sin(seconds * 3.4 + own.phase) * 3;
  if (own.dress === true)
    fillPath(
      look,
      new Path2D(
        `M -6,-83 C -10,-74 -8,-64 -7,-58 C -10,-46 ${-16 - flutter},-34 ${-19 - flutter},-24 C -8,-20 8,-20 ${15 - flutter * 0.4},-25 C 12,-38 9,-48 7,-58 C 9,-66 10,-76 6,-83 Z`,
      ),
    );
  else
    fillPath(
      look,
      new Path2D(
        `M -7,-84 C -12,-82 -12,-70 -10,-58 C -10,-48 ${-13 - flutter},-38 ${-15 - flutter * 1.2},-30 C -6,-27 4,-28 ${10 - flutter * 0.3},-31 C 10,-42 9,-52 9,-60 C 11,-70 11,-81 7,-84 C 3,-86 -3,-86 -7,-84 Z`,
      ),
    );
  context.fillStyle = look.tone(look.ink);
  context.fillRect(-2.6, -89, 5.2, 7);
  context.beginPath();
  context.ellipse(0.8, -93, 6, 7.4, 0.12, 0, Math.PI * 2);
  context.fill();
  if (own.dress === true)
    fillPath(
      look,
      new Path2D(
        `M -5,-99 C 3,-103 8,-98 7,-93 C 2,-98 -1,-96 -2,-90 C -4,-84 ${-10 - flutter},-80 ${-13 - flutter},-76 C -11,-86 -11,-95 -5,-99 Z`,
      ),
    );
  if (own.coat === true) {
    // A scarf in the wind.
    const scarf = look.tone(mix(look.stage.palette.accent2, look.ink, 0.25));
    context.fillStyle = scarf;
    context.fill(
      new Path2D(
        `M -5,-87 C 0,-84 5,-85 6,-88 L 6,-84 C 2,-81 -2,-82 -5,-83 C ${-14},${-84 + flutter} ${-20},${-80 - flutter} ${-27},${-83 + flutter * 1.5} C ${-22},${-88 - flutter * 0.5} -13,-89 -5,-87 Z`,
      ),
    );
  }
  if (own.umbrella === true) {
    context.strokeStyle = look.tone(look.ink);
    context.lineWidth = 1.6;
    context.beginPath();
    context.moveTo(25, -78);
    context.lineTo(13, -118);
    context.stroke();
    context.fillStyle = look.tone(mix(look.stage.palette.accent2, look.ink, 0.3));
    context.fill(
      new Path2D(
        'M 12,-124 C -6,-124 -22,-114 -25,-101 C -20,-105 -15,-105 -12,-101 C -8,-106 -2,-106 2,-102 C 7,-107 15,-107 20,-103 C 24,-107 29,-107 33,-104 C 37,-107 42,-107 46,-104 C 45,-116 30,-124 12,-124 Z',
      ),
    );
  }
  context.restore();
}

export const dancer: SubjectKind = {
  media: ['ground', 'far'],
  size: 0.27,
  speed: 0,
  draw(look) {
    const { context, seconds } = look;
    const turn = Math.cos(seconds * 2.6);
    const sway = Math.sin(seconds * 2.6);
    context.translate(0, -Math.abs(sway) * 2);
    context.save();
    context.scale(0.55 + 0.45 * Math.abs(turn), 1);
    context.scale(turn < 0 ? -1 : 1, 1);
    context.fillStyle = look.tone(look.ink);
    limb(look, { x: 0, y: -52, upper: 0.03, lower: 0, lengths: [26, 26], widths: [10, 7, 3.4], foot: 2 });
    limb(look, {
      x: -1,
      y: -52,
      upper: -1.05 - sway * 0.16,
      lower: -1.5 - sway * 0.2,
      lengths: [27, 27],
      widths: [10, 7, 2.6],
    });
    limb(look, {
      x: 3,
      y: -82,
      upper: 2.5 + sway * 0.15,
      lower: 2.9 + sway * 0.2,
      lengths: [17, 17],
      widths: [5.5, 4.2, 2.4],
    });
    limb(look, {
      x: -3,
      y: -82,
      upper: -1.7 + sway * 0.2,
      lower: -1.35 + sway * 0.25,
      lengths: [17, 17],
      widths: [5.5, 4.2, 2.4],
    });
    fillPath(
      look,
      new Path2D('M -6,-85 C -8,-75 -5,-68 -5,-60 C -5,-56 5,-56 6,-60 C 6,-68 8,-76 6,-85 C 3,-88 -3,-88 -6,-85 Z'),
    );
    fillPath(
      look,
      new Path2D(
        `M -6,-61 C -16,-58 ${-28 - sway * 3},-56 ${-38 - sway * 4},${-44 + sway * 3} C -24,-47 -12,-44 0,-46 C 12,-44 22,-47 ${32 - sway * 4},${-43 - sway * 3} C 24,-55 14,-59 6,-61 Z`,
      ),
      mix(look.stage.palette.accent2, look.ink, 0.3),
    );
    context.fillStyle = look.tone(look.ink);
    context.fillRect(-2, -91, 4, 7);
    context.beginPath();
    context.ellipse(0, -95, 5.4, 6.6, 0.1, 0, Math.PI * 2);
    context.fill();
    disc(context, -4.5, -101, 3.2);
    context.restore();
  },
};

export const astronaut: SubjectKind = {
  media: ['ground', 'air', 'far'],
  size: 0.27,
  speed: 0.05,
  draw(look) {
    const { context, seconds } = look;
    const suit = mix([0.93, 0, 0], look.ink, look.stage.spec.place === 'space' ? 0.18 : 0.4);
    const shade = mix(suit, look.ink, 0.45);
    const swing = Math.sin(seconds * 1.5) * 0.12;
    context.translate(0, -Math.abs(Math.sin(seconds * 1.5)) * 3);
    context.fillStyle = look.tone(shade);
    context.beginPath();
    context.roundRect(-23, -82, 18, 42, 6);
    context.fill();
    context.fillStyle = look.tone(suit);
    limb(look, {
      x: -6,
      y: -40,
      upper: -0.12 + swing,
      lower: -0.05 + swing,
      lengths: [18, 18],
      widths: [16, 14, 13],
      foot: 7,
    });
    limb(look, {
      x: 7,
      y: -40,
      upper: 0.16 - swing,
      lower: 0.05 - swing,
      lengths: [18, 18],
      widths: [16, 14, 13],
      foot: 7,
    });
    limb(look, { x: -12, y: -70, upper: -0.45 - swing, lower: 0.1, lengths: [16, 16], widths: [13, 12, 11] });
    fillPath(
      look,
      new Path2D(
        'M -15,-76 C -18,-60 -16,-46 -13,-38 C -5,-34 7,-34 14,-38 C 17,-48 18,-62 15,-76 C 8,-82 -8,-82 -15,-76 Z',
      ),
      suit,
    );
    context.fillStyle = look.tone(suit);
    limb(look, { x: 13, y: -70, upper: 0.5 + swing, lower: 1.1, lengths: [16, 15], widths: [13, 12, 11] });
    context.fillStyle = look.tone(shade);
    context.fillRect(-8, -66, 16, 10);
    context.fillStyle = look.tone(suit);
    disc(context, 1, -91, 15.5);
    context.fillStyle = look.tone([0.2, 0.01, -0.04]);
    context.beginPath();
    context.ellipse(5, -91, 11, 10, 0, 0, Math.PI * 2);
    context.fill();
    if (look.rim) return;
    context.fillStyle = look.tone(mix(look.stage.palette.accent, [0.9, 0.02, 0.06], 0.4), 0.85);
    context.beginPath();
    context.ellipse(8, -94, 5, 3, -0.5, 0, Math.PI * 2);
    context.fill();
    context.fillStyle = look.tone(hex('#ff5a4a'));
    context.fillRect(-6, -64, 3, 3);
    context.fillStyle = look.tone(hex('#5ad0ff'));
    context.fillRect(0, -64, 3, 3);
  },
};

export const robot: SubjectKind = {
  media: ['ground', 'far'],
  size: 0.28,
  speed: 0.2,
  draw(look) {
    const { context, seconds, stage } = look;
    const step = seconds * 3;
    const swing = Math.sin(step) * 0.3;
    const metal = mix(mix([0.62, -0.01, -0.02], look.ink, 0.55), stage.palette.haze, 0.15);
    const dark = mix(metal, look.ink, 0.5);
    context.translate(0, -Math.abs(Math.cos(step)) * 1.5);
    context.fillStyle = look.tone(dark);
    limb(look, { x: -6, y: -42, upper: swing, lower: swing - 0.1, lengths: [20, 19], widths: [10, 8, 10], foot: 9 });
    context.fillStyle = look.tone(metal);
    limb(look, { x: 7, y: -42, upper: -swing, lower: -swing - 0.1, lengths: [20, 19], widths: [11, 8, 11], foot: 9 });
    context.fillStyle = look.tone(dark);
    limb(look, { x: -15, y: -72, upper: -swing, lower: -swing + 0.35, lengths: [18, 17], widths: [10, 7, 8] });
    context.fillStyle = look.tone(metal);
    context.beginPath();
    context.roundRect(-17, -80, 34, 40, 8);
    context.fill();
    context.fillStyle = look.tone(dark);
    context.beginPath();
    context.roundRect(-10, -70, 20, 18, 4);
    context.fill();
    context.fillRect(-3, -86, 6, 8);
    context.fillStyle = look.tone(metal);
    limb(look, { x: 16, y: -72, upper: swing, lower: swing + 0.35, lengths: [18, 17], widths: [11, 8, 9] });
    context.beginPath();
    context.roundRect(-13, -108, 28, 23, 8);
    context.fill();
    context.strokeStyle = look.tone(dark);
    context.lineWidth = 1.8;
    context.beginPath();
    context.moveTo(0, -108);
    context.lineTo(-2, -119);
    context.stroke();
    if (look.rim) return;
    const eye = stage.palette.accent2;
    for (const x of [1, 10]) {
      look.glow(x, -97, 15, eye, 0.8);
      context.fillStyle = look.tone(lighten(eye, 0.12));
      disc(context, x, -97, 3.1);
    }
    look.glow(-2, -120, 12, stage.palette.accent, 0.5 + 0.5 * Math.sin(seconds * 5));
    look.glow(0, -61, 20, eye, 0.7);
    context.fillStyle = look.tone(lighten(eye, 0.05));
    disc(context, 0, -61, 4.2);
  },
};

/** Used by the horse: somebody in the saddle. */
export function horseman(look: Look, bounce: number): void {
  const { context } = look;
  context.save();
  context.translate(-2, -70 + bounce);
  context.fillStyle = look.tone(look.ink);
  limb(look, { x: 0, y: -2, upper: 0.75, lower: -0.15, lengths: [17, 18], widths: [9, 6.5, 4.5], foot: 6 });
  fillPath(look, new Path2D('M -6,2 C -9,-10 -7,-24 -4,-31 C 0,-34 5,-33 7,-29 C 8,-18 7,-8 6,2 Z'));
  limb(look, { x: 3, y: -28, upper: 0.75, lower: 1.45, lengths: [13, 14], widths: [6, 5, 3.5] });
  taper(context, { x: 3, y: -32 }, { x: 4, y: -38 }, 5, 5);
  disc(context, 5, -40, 5.2);
  fillPath(
    look,
    new Path2D('M -8,-42 C -2,-44 1,-43 2,-49 C 5,-51 8,-50 9,-48 C 10,-44 13,-43 18,-43 C 12,-40 -2,-39 -8,-42 Z'),
  );
  const flutter = Math.sin(look.seconds * 7) * 3;
  fillPath(
    look,
    new Path2D(`M -4,-30 C -14,-26 -20,${-18 + flutter} -34,${-16 - flutter} C -26,-8 -14,-4 -6,0 Z`),
    mix(look.stage.palette.accent2, look.ink, 0.5),
  );
  context.restore();
}
