import { Path2D } from '@napi-rs/canvas';
import { hex, mix } from '../colour.ts';
import { horseman } from './people.ts';
import type { Look, SubjectKind } from './subject.ts';
import { disc, fillPath, limb } from './subject.ts';

interface Leg {
  readonly x: number;
  readonly y: number;
  readonly phase: number;
  readonly hind: boolean;
}
interface Gait {
  readonly pace: number;
  readonly swing: number;
  readonly lengths: readonly [number, number];
  readonly widths: readonly [number, number, number];
  readonly foot: number;
}

/** Four legs in turn; the knee gives on the way forward. */
function legs(look: Look, list: readonly Leg[], gait: Gait): void {
  look.context.fillStyle = look.tone(look.ink);
  for (const leg of list) {
    const at = look.seconds * gait.pace + leg.phase;
    const upper = Math.sin(at) * gait.swing + (leg.hind ? -0.06 : 0.04);
    const fold = Math.max(0, Math.cos(at)) * gait.swing * 1.5;
    limb(look, {
      x: leg.x,
      y: leg.y,
      upper: upper + (leg.hind ? 0.12 : 0),
      lower: upper - fold - (leg.hind ? 0.14 : 0),
      lengths: gait.lengths,
      widths: gait.widths,
      foot: gait.foot,
    });
  }
}

const HORSE = new Path2D(
  'M 24,-43 C 10,-37 -16,-38 -28,-43 C -38,-41 -47,-50 -47,-62 C -47,-73 -37,-78 -26,-76 C -14,-73 -2,-72 8,-76 C 15,-81 24,-96 35,-106 L 37,-113 L 41,-106 C 47,-103 54,-94 60,-86 C 62,-82 59,-78 54,-79 C 49,-80 46,-84 42,-84 C 39,-77 36,-64 32,-56 C 31,-50 29,-46 24,-43 Z',
);

export const horse: SubjectKind = {
  media: ['ground', 'far'],
  size: 0.235,
  speed: 1.15,
  draw: (look) => gallop(look, false),
};
export const rider: SubjectKind = {
  media: ['ground', 'far'],
  size: 0.23,
  speed: 1.05,
  draw: (look) => gallop(look, true),
};

function gallop(look: Look, ridden: boolean): void {
  const { context, seconds } = look;
  const pace = 9.5;
  const bounce = Math.sin(seconds * pace) * 3;
  context.translate(0, -3 + bounce);
  context.rotate(Math.sin(seconds * pace + 1) * 0.035);
  const gait: Gait = { pace, swing: 0.72, lengths: [24, 24], widths: [10, 6, 3.6], foot: 4 };
  legs(
    look,
    [
      { x: -36, y: -50, phase: 2.6, hind: true },
      { x: 18, y: -48, phase: 0.2, hind: false },
    ],
    gait,
  );
  const wave = (at: number) => Math.sin(seconds * 8 - at) * 4;
  fillPath(
    look,
    new Path2D(
      `M -44,-70 C -56,${-76 + wave(0)} -68,${-66 + wave(1)} -84,${-62 + wave(2)} C -76,${-54 + wave(1.6)} -62,${-52 + wave(0.8)} -46,-60 Z`,
    ),
  );
  fillPath(look, HORSE);
  fillPath(
    look,
    new Path2D(
      `M 36,-106 C 26,${-110 + wave(0) * 0.5} 14,${-106 + wave(0.8)} 2,${-100 + wave(1.6)} C 6,-96 10,-94 8,-90 C 4,-88 0,${-86 + wave(2)} -6,${-84 + wave(2.4)} C 2,-80 8,-77 12,-77 C 20,-82 28,-94 36,-106 Z`,
    ),
  );
  legs(
    look,
    [
      { x: -30, y: -48, phase: 3.5, hind: true },
      { x: 24, y: -48, phase: 1.1, hind: false },
    ],
    gait,
  );
  if (ridden) horseman(look, -bounce * 0.4);
}

const WOLF = new Path2D(
  'M 26,-34 C 14,-28 -8,-34 -22,-33 C -34,-32 -40,-40 -39,-50 C -38,-58 -30,-61 -20,-60 C -8,-59 6,-60 18,-62 C 24,-66 28,-74 34,-80 L 33,-91 L 40,-83 L 45,-90 L 47,-80 C 52,-77 60,-73 67,-71 C 69,-68 66,-65 61,-65 C 55,-64 50,-63 46,-60 C 42,-50 36,-40 26,-34 Z',
);

export const wolf: SubjectKind = {
  media: ['ground', 'far'],
  size: 0.165,
  speed: 0.5,
  draw(look) {
    const gait: Gait = { pace: 5, swing: 0.45, lengths: [18, 18], widths: [9, 5.5, 3.6], foot: 4 };
    legs(
      look,
      [
        { x: -30, y: -40, phase: 3.1, hind: true },
        { x: 22, y: -38, phase: 0, hind: false },
      ],
      gait,
    );
    const sway = Math.sin(look.seconds * 2.4) * 3;
    fillPath(
      look,
      new Path2D(`M -36,-56 C -48,-54 -58,${-44 + sway} -68,${-30 + sway} C -58,${-26 + sway} -44,-34 -36,-44 Z`),
    );
    fillPath(look, WOLF);
    legs(
      look,
      [
        { x: -26, y: -39, phase: 0.2, hind: true },
        { x: 26, y: -38, phase: 3.2, hind: false },
      ],
      gait,
    );
  },
};

const DOG = new Path2D(
  'M 24,-32 C 10,-27 -10,-30 -22,-31 C -34,-32 -38,-42 -36,-51 C -33,-58 -22,-59 -10,-57 C 4,-56 12,-58 20,-62 C 22,-72 26,-82 36,-85 C 44,-87 50,-82 52,-77 C 58,-75 64,-73 65,-69 C 65,-64 58,-62 51,-63 C 46,-60 42,-56 40,-50 C 36,-42 32,-35 24,-32 Z',
);

export const dog: SubjectKind = {
  media: ['ground', 'far'],
  size: 0.135,
  speed: 1,
  draw(look) {
    const { context, seconds } = look;
    context.translate(0, Math.sin(seconds * 8) * 2 - 2);
    const gait: Gait = { pace: 8, swing: 0.6, lengths: [17, 17], widths: [10, 6, 4], foot: 4 };
    legs(
      look,
      [
        { x: -28, y: -38, phase: 3, hind: true },
        { x: 20, y: -36, phase: 0.4, hind: false },
      ],
      gait,
    );
    const wag = Math.sin(seconds * 11) * 7;
    fillPath(
      look,
      new Path2D(`M -33,-54 C -44,-62 -52,${-74 + wag} -50,${-84 + wag} C -56,${-74 + wag} -50,-56 -36,-46 Z`),
    );
    fillPath(look, DOG);
    fillPath(look, new Path2D(`M 34,-84 C 26,-84 22,${-74 + wag * 0.2} 25,-63 C 31,-64 37,-72 38,-80 Z`));
    legs(
      look,
      [
        { x: -24, y: -37, phase: 3.9, hind: true },
        { x: 25, y: -36, phase: 1.2, hind: false },
      ],
      gait,
    );
  },
};

const CAT = new Path2D(
  'M -22,0 C -30,-8 -31,-26 -24,-40 C -18,-52 -6,-58 2,-62 C 0,-70 2,-78 6,-82 L 4,-98 L 14,-89 C 18,-90 22,-90 26,-88 L 36,-97 L 34,-80 C 38,-74 36,-65 29,-61 C 26,-50 26,-36 26,-24 C 27,-14 27,-8 30,-3 C 31,0 28,0 24,0 Z',
);

export const cat: SubjectKind = {
  media: ['far', 'ground'],
  size: 0.1,
  speed: 0,
  draw(look) {
    const sway = Math.sin(look.seconds * 1.8) * 9;
    look.context.strokeStyle = look.tone(look.ink);
    look.context.lineCap = 'round';
    look.context.lineWidth = 6.5;
    look.context.beginPath();
    look.context.moveTo(-20, -5);
    look.context.bezierCurveTo(-40, 2, -54, -10, -50 + sway * 0.5, -32);
    look.context.quadraticCurveTo(-48 + sway * 0.7, -44, -38 + sway, -46);
    look.context.stroke();
    fillPath(look, CAT);
    if (look.rim) return;
    const blink = look.seconds % 2.6 < 0.12 ? 0.15 : 1;
    look.context.fillStyle = look.tone(hex('#ffd95e'));
    for (const x of [15, 26]) {
      look.context.beginPath();
      look.context.ellipse(x, -76, 2.4, 2.8 * blink, 0, 0, Math.PI * 2);
      look.context.fill();
    }
  },
};

const DEER = new Path2D(
  'M 20,-45 C 8,-40 -12,-43 -24,-44 C -34,-46 -38,-54 -36,-62 C -34,-70 -24,-71 -14,-69 C -2,-67 8,-68 16,-72 C 20,-80 24,-92 30,-100 L 24,-106 L 33,-104 C 37,-104 40,-103 43,-99 C 48,-96 54,-92 56,-88 C 56,-85 52,-84 47,-86 C 43,-88 40,-88 37,-88 C 35,-78 33,-66 30,-56 C 28,-50 25,-47 20,-45 Z',
);

export const deer: SubjectKind = {
  media: ['ground', 'far'],
  size: 0.2,
  speed: 0,
  draw(look) {
    const { context } = look;
    const breath = Math.sin(look.seconds * 1.4) * 0.8;
    context.fillStyle = look.tone(look.ink);
    for (const [x, lean] of [
      [-30, -0.1],
      [-24, 0.02],
      [16, 0.04],
      [23, -0.02],
    ] as const) {
      limb(look, {
        x,
        y: -50,
        upper: lean + (x < 0 ? 0.16 : 0),
        lower: lean - (x < 0 ? 0.1 : 0),
        lengths: [25, 25],
        widths: [8.5, 4.6, 3],
        foot: 2,
      });
    }
    fillPath(look, new Path2D('M -34,-68 C -39,-68 -41,-62 -40,-57 C -37,-58 -35,-62 -33,-64 Z'));
    context.save();
    context.translate(0, breath);
    fillPath(look, DEER);
    context.strokeStyle = look.tone(look.ink);
    context.lineCap = 'round';
    context.lineWidth = 2.3;
    for (const side of [-1, 1]) {
      context.stroke(
        new Path2D(
          `M 33,-104 C ${31 + side * 3},-114 ${30 + side * 11},-116 ${31 + side * 14},-130 M ${32 + side * 5},-113 C ${33 + side * 6},-118 ${38 + side * 4},-121 ${39 + side * 4},-126 M ${31 + side * 12},-120 C ${30 + side * 17},-122 ${30 + side * 20},-126 ${31 + side * 21},-131`,
        ),
      );
    }
    context.restore();
  },
};

const ELEPHANT = new Path2D(
  'M 26,-32 C 10,-28 -16,-28 -34,-32 C -46,-38 -51,-54 -48,-70 C -45,-86 -30,-94 -12,-94 C 2,-94 12,-92 20,-90 C 26,-98 38,-102 48,-98 C 58,-94 62,-84 62,-72 C 62,-64 60,-56 58,-50 C 52,-54 46,-54 42,-50 C 38,-42 34,-36 26,-32 Z',
);

export const elephant: SubjectKind = {
  media: ['ground', 'far'],
  size: 0.27,
  speed: 0.16,
  draw(look) {
    const { context, seconds } = look;
    const gait: Gait = { pace: 2.2, swing: 0.24, lengths: [23, 20], widths: [18, 15, 14], foot: 3 };
    legs(
      look,
      [
        { x: -34, y: -42, phase: 3.1, hind: true },
        { x: 20, y: -42, phase: 0, hind: false },
      ],
      gait,
    );
    fillPath(look, ELEPHANT);
    const sway = Math.sin(seconds * 1.3) * 5;
    fillPath(
      look,
      new Path2D(
        `M 62,-74 C 70,-58 68,-38 ${66 + sway},-22 C ${66 + sway},-14 ${72 + sway},-10 ${77 + sway},-14 C ${78 + sway},-8 ${64 + sway},-4 ${59 + sway},-14 C 57,-26 58,-42 54,-54 Z`,
      ),
    );
    fillPath(
      look,
      new Path2D('M 56,-56 C 62,-50 70,-48 76,-52 C 72,-44 62,-44 54,-50 Z'),
      mix([0.93, 0, 0.02], look.ink, 0.35),
    );
    context.fillStyle = look.tone(look.ink);
    fillPath(look, new Path2D('M -47,-76 C -54,-68 -55,-54 -53,-44 C -50,-54 -48,-62 -45,-68 Z'));
    legs(
      look,
      [
        { x: -28, y: -40, phase: 0.1, hind: true },
        { x: 28, y: -40, phase: 3.2, hind: false },
      ],
      gait,
    );
    if (look.rim) return;
    const flap = Math.sin(seconds * 1.7) * 3;
    fillPath(
      look,
      new Path2D(
        `M 36,-94 C 22,-98 ${12 - flap},-88 ${14 - flap},-72 C ${16 - flap},-60 26,-56 34,-62 C 40,-70 40,-86 36,-94 Z`,
      ),
      mix(look.ink, look.stage.palette.haze, 0.18),
    );
    context.fillStyle = look.tone(look.stage.palette.light, 0.7);
    disc(context, 51, -78, 1.4);
  },
};
