import { Path2D } from '@napi-rs/canvas';
import type { Colour } from '../colour.ts';
import { hex, lighten, mix } from '../colour.ts';
import type { Look, SubjectKind } from './subject.ts';
import { disc, fillPath, limb, taper } from './subject.ts';

const WARM = hex('#ffd08a');

function dark(look: Look): boolean {
  const { time, lights, weather } = look.stage.spec;
  return (
    time === 'night' ||
    time === 'dusk' ||
    time === 'sunset' ||
    lights.includes('neon') ||
    weather.includes('storm') ||
    weather.includes('rain')
  );
}

export const boat: SubjectKind = {
  media: ['water', 'air'],
  size: 0.26,
  speed: 0.05,
  draw(look) {
    const { context, seconds, stage } = look;
    context.translate(0, Math.sin(seconds * 1.4) * 1.6);
    context.rotate(Math.sin(seconds * 1.1) * 0.035);
    const sail = mix(mix([0.95, 0, 0.01], stage.palette.light, 0.4), look.ink, 0.22);
    const swell = Math.sin(seconds * 1.2) * 2;
    fillPath(look, new Path2D('M -1.2,-4 L -0.8,-104 L 0.8,-104 L 1.4,-4 Z'));
    fillPath(
      look,
      new Path2D(`M 3,-100 C ${20 + swell},-78 ${34 + swell},-46 ${38 + swell},-20 C 26,-17 12,-18 3,-20 Z`),
      sail,
    );
    fillPath(
      look,
      new Path2D(`M -3,-92 C ${-16 + swell},-66 ${-28 + swell},-42 ${-38 + swell},-20 C -26,-17 -12,-18 -3,-20 Z`),
      mix(sail, look.ink, 0.22),
    );
    fillPath(
      look,
      new Path2D('M -46,-13 C -30,-10 20,-10 52,-16 C 46,-4 38,3 28,5 L -26,5 C -36,3 -42,-4 -46,-13 Z'),
      mix(mix(hex('#6a3a24'), look.ink, 0.45), stage.palette.haze, 0.06),
    );
    if (look.rim) return;
    context.strokeStyle = look.tone(stage.palette.light, 0.5);
    context.lineWidth = 1.4;
    context.stroke(new Path2D('M -46,-13 C -30,-10 20,-10 52,-16'));
    if (dark(look)) {
      look.glow(-20, -20, 22, WARM, 0.9);
      context.fillStyle = look.tone(WARM);
      disc(context, -20, -19, 2);
    }
  },
};

export const ship: SubjectKind = {
  media: ['water', 'air'],
  size: 0.36,
  speed: 0.04,
  draw(look) {
    const { context, seconds, stage } = look;
    context.translate(0, Math.sin(seconds * 1.2) * 1.8);
    context.rotate(Math.sin(seconds * 0.9) * 0.03);
    const wood = mix(mix(hex('#5a3420'), look.ink, 0.5), stage.palette.haze, 0.06);
    const sail = mix(mix([0.93, 0.005, 0.02], stage.palette.light, 0.4), look.ink, 0.26);
    const fill = Math.sin(seconds * 1.3) * 1.5;
    context.fillStyle = look.tone(look.ink);
    for (const [x, top] of [
      [-34, -78],
      [0, -104],
      [32, -84],
    ] as const)
      context.fillRect(x - 0.9, top, 1.8, -top);
    taper(context, { x: 50, y: -22 }, { x: 84, y: -40 }, 2.6, 1.2);
    for (const [x, rows] of [
      [
        -34,
        [
          [-76, 16],
          [-54, 19],
        ],
      ],
      [
        0,
        [
          [-100, 15],
          [-78, 21],
          [-52, 24],
        ],
      ],
      [
        32,
        [
          [-80, 15],
          [-58, 19],
        ],
      ],
    ] as const) {
      for (const [top, half] of rows) {
        const tall = 20;
        fillPath(
          look,
          new Path2D(
            `M ${x - half * 0.88},${top} L ${x + half * 0.88},${top} C ${x + half * 1.15 + fill},${top + tall * 0.4} ${x + half * 1.15 + fill},${top + tall * 0.7} ${x + half},${top + tall} C ${x + half * 0.3},${top + tall * 0.84} ${x - half * 0.3},${top + tall * 0.84} ${x - half},${top + tall} C ${x - half * 0.82 + fill},${top + tall * 0.6} ${x - half * 0.82 + fill},${top + tall * 0.4} ${x - half * 0.88},${top} Z`,
          ),
          mix(sail, look.ink, x === 0 ? 0 : 0.16),
        );
      }
    }
    fillPath(
      look,
      new Path2D('M 38,-74 C 52,-56 66,-46 80,-40 C 66,-32 54,-28 44,-26 C 44,-44 42,-60 38,-74 Z'),
      mix(sail, look.ink, 0.1),
    );
    fillPath(
      look,
      new Path2D(
        `M -34,-78 L -34,-86 C -40,-88 -46,${-82 + fill} -52,-85 L -52,-79 C -46,${-77 + fill} -40,-82 -34,-80 Z`,
      ),
      stage.palette.accent2,
    );
    fillPath(
      look,
      new Path2D(
        'M -60,-32 L -42,-30 L -38,-20 C -10,-14 24,-15 46,-20 L 60,-26 C 56,-10 48,2 38,7 L -42,7 C -54,0 -60,-16 -60,-32 Z',
      ),
      wood,
    );
    if (look.rim) return;
    context.fillStyle = look.tone(dark(look) ? WARM : lighten(wood, 0.1), 0.9);
    for (let port = -3; port <= 3; port += 1) context.fillRect(port * 11 - 2, -9, 3.4, 3.4);
    if (dark(look)) for (const x of [-52, 0, 40]) look.glow(x, -16, 24, WARM, 0.6);
  },
};

export const car: SubjectKind = {
  media: ['ground', 'far'],
  size: 0.17,
  speed: 0.05,
  draw: (look) =>
    look.stage.spec.place === 'road' || look.stage.spec.place === 'city' ? fromBehind(look) : fromTheSide(look),
};

function fromBehind(look: Look): void {
  const { context, seconds, stage } = look;
  context.translate(0, Math.sin(seconds * 13) * 0.5);
  const body = mix(mix(stage.palette.accent2, hex('#8a2a2a'), 0.3), look.ink, 0.42);
  context.fillStyle = look.tone(mix(look.ink, [0.05, 0, 0], 0.7));
  context.fillRect(-50, -20, 17, 21);
  context.fillRect(33, -20, 17, 21);
  fillPath(
    look,
    new Path2D('M -54,-14 C -57,-30 -56,-44 -48,-50 L 48,-50 C 56,-44 57,-30 54,-14 C 50,-10 -50,-10 -54,-14 Z'),
    body,
  );
  fillPath(
    look,
    new Path2D('M -44,-48 C -40,-66 -34,-77 -28,-79 L 28,-79 C 34,-77 40,-66 44,-48 Z'),
    mix(body, look.ink, 0.18),
  );
  if (look.rim) return;
  const glass = context.createLinearGradient(0, -76, 0, -50);
  glass.addColorStop(0, look.tone(stage.palette.sky[2], 0.8));
  glass.addColorStop(1, look.tone(look.ink, 0.9));
  context.fillStyle = glass;
  context.fill(new Path2D('M -36,-51 C -33,-64 -29,-73 -25,-74 L 25,-74 C 29,-73 33,-64 36,-51 Z'));
  context.fillStyle = look.tone(stage.palette.light, 0.4);
  context.fillRect(-46, -49.5, 92, 1.6);
  context.fillStyle = look.tone(mix(look.ink, [0.5, 0, 0], 0.3));
  context.fillRect(-15, -31, 30, 10);
  const red: Colour = [0.66, 0.21, 0.1];
  for (const side of [-1, 1]) {
    look.glow(side * 41, -36, 40, red, 0.85);
    context.fillStyle = look.tone(lighten(red, 0.06));
    context.beginPath();
    context.roundRect(side * 41 - 10, -41, 20, 9, 3);
    context.fill();
  }
  // The road ahead in the beams.
  look.glow(0, -66, 62, hex('#fff0c8'), dark(look) ? 0.2 : 0);
}

function fromTheSide(look: Look): void {
  const { context, seconds, stage } = look;
  context.translate(0, Math.sin(seconds * 12) * 0.5);
  const body = mix(mix(stage.palette.accent2, hex('#b8402f'), 0.3), look.ink, 0.38);
  fillPath(
    look,
    new Path2D(
      'M -88,-20 C -92,-34 -82,-42 -62,-44 C -48,-62 -32,-68 -8,-68 C 16,-68 30,-60 44,-46 C 66,-43 84,-40 90,-30 C 93,-22 90,-17 86,-16 L -84,-16 Z',
    ),
    body,
  );
  context.fillStyle = look.tone(mix(look.ink, [0.04, 0, 0], 0.6));
  for (const x of [-54, 54]) disc(context, x, -15, 16);
  if (look.rim) return;
  context.fillStyle = look.tone(mix(stage.palette.sky[2], look.ink, 0.4));
  context.fill(
    new Path2D('M -52,-45 C -42,-58 -32,-62 -14,-62 L -14,-45 Z M -8,-62 C 12,-62 24,-55 34,-45 L -8,-45 Z'),
  );
  context.fillStyle = look.tone([0.7, 0, 0]);
  for (const x of [-54, 54]) disc(context, x, -15, 8);
  context.strokeStyle = look.tone(look.ink);
  context.lineWidth = 2;
  for (const x of [-54, 54]) {
    const turn = seconds * 9;
    context.beginPath();
    for (let spoke = 0; spoke < 3; spoke += 1) {
      context.moveTo(x - Math.cos(turn + spoke * 1.05) * 8, -15 - Math.sin(turn + spoke * 1.05) * 8);
      context.lineTo(x + Math.cos(turn + spoke * 1.05) * 8, -15 + Math.sin(turn + spoke * 1.05) * 8);
    }
    context.stroke();
  }
  context.fillStyle = look.tone(hex('#fff2c8'));
  context.beginPath();
  context.ellipse(87, -31, 4, 5, 0, 0, Math.PI * 2);
  context.fill();
  look.glow(90, -31, 46, hex('#ffe6a8'), dark(look) ? 0.85 : 0.35);
  context.fillStyle = look.tone([0.62, 0.2, 0.1]);
  context.fillRect(-90, -36, 5, 7);
}

/** A train on a viaduct that spans the picture. */
export const train: SubjectKind = {
  media: ['far', 'ground', 'air'],
  size: 0.25,
  speed: 0.8,
  draw(look) {
    const { context, seconds, stage } = look;
    const steam = stage.spec.mood === 'vintage' || stage.random('steam').chance(0.6);
    const body = mix(mix(hex('#2f4a5a'), look.ink, 0.5), stage.palette.haze, 0.1);
    const stripe = mix(stage.palette.accent2, look.ink, 0.3);
    const stone = mix(mix(hex('#8a8278'), look.ink, 0.62), stage.palette.haze, 0.3);
    // The viaduct stays while the train moves on.
    const moved = seconds * train.speed * 100;
    context.save();
    context.translate(-moved, 0);
    fillPath(look, new Path2D('M -900,-2 L 1100,-2 L 1100,9 L -900,9 Z'), stone);
    for (let arch = -16; arch < 20; arch += 1) {
      const x = arch * 56;
      fillPath(
        look,
        new Path2D(
          `M ${x - 7},8 L ${x + 7},8 L ${x + 8},260 L ${x - 8},260 Z M ${x + 6},8 L ${x + 50},8 L ${x + 50},34 C ${x + 44},14 ${x + 12},14 ${x + 6},34 Z`,
        ),
        mix(stone, look.ink, 0.14),
      );
    }
    context.restore();
    for (let wagon = 1; wagon <= 6; wagon += 1) {
      const x = -wagon * 84;
      context.fillStyle = look.tone(body);
      context.beginPath();
      context.roundRect(x - 39, -37, 78, 31, 5);
      context.fill();
      context.fillStyle = look.tone(look.ink);
      context.fillRect(x - 46, -14, 92, 3);
      for (const wheel of [-28, -16, 16, 28]) disc(context, x + wheel, -6, 5);
      if (look.rim) continue;
      context.fillStyle = look.tone(stripe);
      context.fillRect(x - 39, -16, 78, 3.4);
      context.fillStyle = look.tone(
        dark(look) ? lighten(WARM, 0.02) : mix(stage.palette.sky[2], [0.95, 0, 0], 0.3),
        0.95,
      );
      for (let pane = 0; pane < 6; pane += 1) context.fillRect(x - 33 + pane * 11.4, -31, 8, 9);
      if (dark(look)) look.glow(x, -26, 52, WARM, 0.35);
    }
    if (steam) {
      context.fillStyle = look.tone(mix(body, look.ink, 0.4));
      context.beginPath();
      context.roundRect(-34, -44, 24, 38, 3);
      context.fill();
      context.beginPath();
      context.roundRect(-16, -34, 62, 22, 9);
      context.fill();
      fillPath(
        look,
        new Path2D(
          'M 30,-33 L 28,-50 L 41,-50 L 39,-33 Z M 8,-34 C 8,-42 18,-42 18,-34 Z M 44,-14 L 60,-3 L 40,-3 Z M -38,-47 L -6,-47 L -6,-43 L -38,-43 Z',
        ),
        mix(body, look.ink, 0.5),
      );
      context.fillStyle = look.tone(look.ink);
      for (const [x, size] of [
        [-22, 8],
        [-4, 9],
        [16, 9],
        [36, 6],
      ] as const)
        disc(context, x, -size, size);
      taper(
        context,
        { x: -4 + Math.cos(-seconds * 9) * 5, y: -9 + Math.sin(-seconds * 9) * 5 },
        { x: 16 + Math.cos(-seconds * 9) * 5, y: -9 + Math.sin(-seconds * 9) * 5 },
        2.4,
        2.4,
      );
      if (!look.rim) {
        const smoke = mix([0.93, 0, 0], stage.palette.haze, 0.4);
        for (let puff = 0; puff < 18; puff += 1) {
          const age = (((seconds * 0.5 + puff / 18) % 1) + 1) % 1;
          context.fillStyle = look.tone(mix(smoke, stage.palette.glow, 0.2), 0.42 * (1 - age) ** 1.2);
          disc(context, 34 - age * 230, -54 - age ** 0.7 * 50 + Math.sin(puff * 2.3) * 9 * age, 5 + age * 30);
        }
      }
    } else {
      fillPath(look, new Path2D('M -40,-37 L 14,-37 C 36,-36 52,-22 60,-8 C 60,-6 56,-6 52,-6 L -40,-6 Z'), body);
      if (!look.rim) {
        context.fillStyle = look.tone(stripe);
        context.fill(new Path2D('M -40,-16 L 56,-16 L 58,-12.5 L -40,-12.5 Z'));
        context.fillStyle = look.tone(mix(look.ink, stage.palette.sky[2], 0.4));
        context.fill(new Path2D('M 16,-33 C 30,-32 38,-26 43,-21 L 20,-21 Z'));
      }
    }
    if (!look.rim) look.glow(58, -20, 60, hex('#fff0c0'), dark(look) ? 0.95 : 0.35);
  },
};

export const bicycle: SubjectKind = {
  media: ['ground', 'far'],
  size: 0.2,
  speed: 0.5,
  draw(look) {
    const { context, seconds } = look;
    const turn = seconds * 5;
    context.strokeStyle = look.tone(look.ink);
    context.lineWidth = 2.1;
    for (const x of [-25, 27]) {
      context.beginPath();
      context.arc(x, -18, 17, 0, Math.PI * 2);
      context.stroke();
      context.lineWidth = 0.7;
      context.beginPath();
      for (let spoke = 0; spoke < 5; spoke += 1) {
        context.moveTo(x + Math.cos(turn + spoke * 1.257) * 17, -18 + Math.sin(turn + spoke * 1.257) * 17);
        context.lineTo(x, -18);
      }
      context.stroke();
      context.lineWidth = 2.1;
    }
    context.stroke(
      new Path2D(
        'M -25,-18 L -10,-44 L 18,-44 L 0,-18 Z M -10,-44 L 0,-18 L -25,-18 M 27,-18 L 17,-50 L 24,-54 M -13,-50 L -9,-44 M -18,-50 L -7,-50',
      ),
    );
    context.fillStyle = look.tone(look.ink);
    for (const phase of [0, Math.PI]) {
      const pedal = { x: Math.cos(turn * 0.6 + phase) * 8, y: -18 + Math.sin(turn * 0.6 + phase) * 8 };
      const hip = { x: -11, y: -54 };
      const away = Math.hypot(pedal.x - hip.x, pedal.y - hip.y);
      const towards = Math.atan2(pedal.x - hip.x, pedal.y - hip.y);
      const bend = Math.acos(Math.min(1, away / 48));
      limb(look, {
        x: hip.x,
        y: hip.y,
        upper: towards + bend,
        lower: towards - bend,
        lengths: [24, 24],
        widths: [9, 6.5, 4.5],
        foot: 5,
      });
    }
    fillPath(look, new Path2D('M -17,-54 C -16,-70 -6,-84 4,-88 C 10,-89 13,-84 10,-79 C 4,-70 -2,-62 -4,-52 Z'));
    limb(look, { x: 6, y: -83, upper: 0.5, lower: 0.75, lengths: [16, 17], widths: [6, 5, 3.6] });
    taper(context, { x: 6, y: -88 }, { x: 9, y: -93 }, 5, 5);
    context.beginPath();
    context.ellipse(10, -99, 6, 7, 0.25, 0, Math.PI * 2);
    context.fill();
    const flutter = Math.sin(seconds * 6) * 2;
    fillPath(
      look,
      new Path2D(`M 4,-90 C -4,-88 -14,${-84 + flutter} -24,${-88 - flutter} C -18,${-82 + flutter} -6,-82 4,-85 Z`),
      mix(look.stage.palette.accent2, look.ink, 0.25),
    );
  },
};
