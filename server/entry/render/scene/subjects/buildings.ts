import { Path2D } from '@napi-rs/canvas';
import { hex, lighten, mix } from '../colour.ts';
import type { Look, SubjectKind } from './subject.ts';
import { disc, fillPath } from './subject.ts';

const WARM = hex('#ffcf86');

function evening(look: Look): boolean {
  const { time, weather } = look.stage.spec;
  return time !== 'day' || weather.includes('storm') || weather.includes('rain');
}

/** Lit windows, with the light they throw. */
function windows(look: Look, panes: readonly (readonly [x: number, y: number, width: number, height: number])[]): void {
  if (look.rim) return;
  const lit = evening(look);
  for (const [x, y, width, height] of panes) {
    look.context.fillStyle = look.tone(lit ? WARM : mix(look.stage.palette.sky[1], look.ink, 0.5));
    look.context.fillRect(x, y, width, height);
    if (lit) look.glow(x + width / 2, y + height / 2, Math.max(width, height) * 3.4, hex('#ffae54'), 0.5);
  }
}

export const lighthouse: SubjectKind = {
  media: ['ground', 'far', 'air'],
  size: 0.42,
  speed: 0,
  draw(look) {
    const { context, seconds, stage } = look;
    const white = mix(mix([0.95, 0, 0.01], stage.palette.light, 0.3), look.ink, 0.3);
    const red = mix(hex('#b8322c'), look.ink, 0.34);
    if (!look.rim && evening(look)) {
      const turn = seconds * 1.5;
      const wide = Math.cos(turn);
      context.globalCompositeOperation = 'screen';
      for (const side of [1, -1]) {
        const reach = 330 * wide * side;
        const beam = context.createLinearGradient(0, -94, reach, -100);
        beam.addColorStop(0, look.tone(hex('#fff2c4'), 0.75));
        beam.addColorStop(1, look.tone(hex('#fff2c4'), 0));
        context.fillStyle = beam;
        context.beginPath();
        context.moveTo(0, -96);
        context.lineTo(reach, -118);
        context.lineTo(reach, -72);
        context.lineTo(0, -91);
        context.fill();
      }
      context.globalCompositeOperation = 'source-over';
    }
    fillPath(look, new Path2D('M 12,-20 L 12,-34 L 28,-44 L 44,-34 L 44,2 L 12,2 Z'), mix(white, look.ink, 0.3));
    fillPath(look, new Path2D('M 8,-33 L 28,-47 L 48,-33 L 45,-31 L 28,-42 L 11,-31 Z'), red);
    const tower = new Path2D('M -13,3 L -7.5,-84 L 7.5,-84 L 13,3 Z');
    fillPath(look, tower, white);
    if (!look.rim) {
      context.save();
      context.clip(tower);
      context.fillStyle = look.tone(red);
      for (const y of [-74, -44, -14]) context.fillRect(-20, y, 40, 15);
      const shade = context.createLinearGradient(-12, 0, 12, 0);
      const lit = stage.lamp.x > stage.width / 2;
      shade.addColorStop(lit ? 0 : 1, look.tone(look.ink, 0.65));
      shade.addColorStop(0.6, look.tone(look.ink, 0.1));
      shade.addColorStop(lit ? 1 : 0, look.tone(stage.palette.light, 0.24));
      context.fillStyle = shade;
      context.fillRect(-20, -90, 40, 100);
      context.restore();
    }
    fillPath(look, new Path2D('M -11,-87 L 11,-87 L 11,-83 L -11,-83 Z'));
    fillPath(
      look,
      new Path2D('M -6,-101 L 6,-101 L 6,-87 L -6,-87 Z'),
      evening(look) ? hex('#fff0c0') : mix(white, look.ink, 0.4),
    );
    fillPath(
      look,
      new Path2D(
        'M -8,-101 C -6,-110 6,-110 8,-101 Z M -0.8,-117 L 0.8,-117 L 0.8,-107 L -0.8,-107 Z M -6,-101 L -5,-101 L -5,-87 L -6,-87 Z M 5,-101 L 6,-101 L 6,-87 L 5,-87 Z',
      ),
      red,
    );
    if (!look.rim && evening(look)) look.glow(0, -94, 62, hex('#fff0c0'), 0.95);
    windows(look, [[24, -24, 7, 9]]);
  },
};

export const house: SubjectKind = {
  media: ['far', 'ground', 'air'],
  size: 0.2,
  speed: 0,
  draw(look) {
    const { context, seconds, stage } = look;
    const snowy = stage.spec.place === 'snow' || stage.spec.season === 'winter' || stage.spec.weather.includes('snow');
    const wood = mix(mix(hex('#6a4630'), look.ink, 0.45), stage.palette.haze, 0.06);
    const roof = snowy
      ? mix([0.94, -0.005, -0.012], stage.palette.sky[1], 0.22 + 0.2 * (1 - stage.palette.exposure))
      : mix(mix(hex('#8a3a2c'), look.ink, 0.5), stage.palette.haze, 0.06);
    fillPath(look, new Path2D('M 24,-78 L 36,-78 L 36,-50 L 24,-50 Z'), mix(wood, look.ink, 0.3));
    fillPath(look, new Path2D('M -50,-42 L -50,2 L 56,2 L 56,-42 Z'), wood);
    fillPath(look, new Path2D('M -50,-40 L -18,-78 L 14,-40 L 14,2 L -50,2 Z'), lighten(wood, 0.03));
    fillPath(look, new Path2D('M -18,-86 L 46,-80 L 66,-38 L 16,-38 L -18,-78 L -52,-36 L -60,-37 Z'), roof);
    if (look.rim) return;
    context.strokeStyle = look.tone(look.ink, 0.35);
    context.lineWidth = 1;
    for (let log = 0; log < 6; log += 1) context.stroke(new Path2D(`M -49,${-34 + log * 6} L 55,${-34 + log * 6}`));
    windows(look, [
      [-35, -30, 12, 13],
      [28, -28, 17, 13],
    ]);
    context.fillStyle = look.tone(mix(look.ink, wood, 0.3));
    context.fillRect(-14, -27, 15, 29);
    context.fillStyle = look.tone(look.ink);
    context.fillRect(-30, -30, 1.4, 13);
    context.fillRect(36, -28, 1.4, 13);
    if (evening(look)) look.glow(-6, 6, 70, hex('#ffae54'), 0.26);
    for (let puff = 0; puff < 12; puff += 1) {
      const age = (((seconds * 0.16 + puff / 12) % 1) + 1) % 1;
      context.fillStyle = look.tone(mix([0.93, 0, 0], stage.palette.haze, 0.5), 0.3 * (1 - age) * Math.min(1, age * 8));
      disc(context, 30 + age * 34 + Math.sin(age * 7 + puff) * 3, -80 - age * 84, 4 + age * 15);
    }
  },
};

export const castle: SubjectKind = {
  media: ['far', 'ground', 'air'],
  size: 0.34,
  speed: 0,
  draw(look) {
    const { context, stage, seconds } = look;
    const stone = mix(mix(hex('#76708a'), look.ink, 0.55), stage.palette.haze, 0.16);
    const dark = mix(stone, look.ink, 0.3);
    const roof = mix(mix(hex('#4a5a8a'), look.ink, 0.5), stage.palette.haze, 0.1);
    const tower = (x: number, half: number, top: number, spire: number, colour: typeof stone) => {
      fillPath(
        look,
        new Path2D(
          `M ${x - half},4 L ${x - half},${top} L ${x - half * 1.2},${top - 3} L ${x - half * 1.2},${top - 7} L ${x + half * 1.2},${top - 7} L ${x + half * 1.2},${top - 3} L ${x + half},${top} L ${x + half},4 Z`,
        ),
        colour,
      );
      fillPath(
        look,
        new Path2D(
          `M ${x - half * 1.35},${top - 6} C ${x - half * 0.5},${top - spire * 0.45} ${x - half * 0.12},${top - spire * 0.8} ${x},${top - spire} C ${x + half * 0.12},${top - spire * 0.8} ${x + half * 0.5},${top - spire * 0.45} ${x + half * 1.35},${top - 6} Z`,
        ),
        roof,
      );
    };
    fillPath(
      look,
      new Path2D('M -84,16 C -60,-4 -40,-8 0,-8 C 40,-8 66,-4 92,16 L 110,60 L -110,60 Z'),
      mix(dark, look.ink, 0.4),
    );
    tower(-26, 7, -64, 30, dark);
    tower(30, 8, -70, 32, dark);
    tower(2, 11, -84, 42, stone);
    fillPath(
      look,
      new Path2D(
        'M -58,6 L -58,-30 L -52,-30 L -52,-34 L -46,-34 L -46,-30 L -38,-30 L -38,-34 L -30,-34 L -30,-30 L -20,-30 L -20,-48 L 24,-48 L 24,-30 L 32,-30 L 32,-34 L 40,-34 L 40,-30 L 48,-30 L 48,-34 L 56,-34 L 56,-30 L 64,-30 L 64,6 Z',
      ),
      stone,
    );
    tower(-60, 9, -46, 28, stone);
    tower(66, 9, -40, 26, stone);
    fillPath(look, new Path2D('M -8,6 L -8,-14 C -8,-24 10,-24 10,-14 L 10,6 Z'), mix(look.ink, dark, 0.2));
    windows(look, [
      [-1, -74, 5, 8],
      [-62, -38, 4, 6],
      [64, -33, 4, 6],
      [-28, -56, 3.4, 6],
      [29, -62, 3.4, 6],
      [-12, -40, 4, 6],
      [12, -40, 4, 6],
      [40, -20, 4, 6],
      [-40, -20, 4, 6],
    ]);
    const wave = Math.sin(seconds * 4) * 2;
    context.strokeStyle = look.tone(look.ink);
    context.lineWidth = 0.9;
    context.stroke(new Path2D('M 2,-124 L 2,-140'));
    fillPath(
      look,
      new Path2D(
        `M 2,-140 C 8,${-142 + wave} 13,${-136 - wave} 19,${-138 + wave} L 19,${-131 + wave} C 13,${-129 - wave} 8,${-135 + wave} 2,-133 Z`,
      ),
      mix(stage.palette.accent2, look.ink, 0.2),
    );
  },
};

export const pagoda: SubjectKind = {
  media: ['far', 'ground', 'air'],
  size: 0.36,
  speed: 0,
  draw(look) {
    const { context, stage } = look;
    const wall = mix(mix(hex('#a83a2c'), look.ink, 0.5), stage.palette.haze, 0.1);
    const roof = mix(mix(hex('#2f4a4a'), look.ink, 0.5), stage.palette.haze, 0.08);
    fillPath(look, new Path2D('M -40,4 L -36,-5 L 36,-5 L 40,4 Z'), mix(hex('#8a8478'), look.ink, 0.5));
    [
      { y: -5, half: 27 },
      { y: -30, half: 22 },
      { y: -52, half: 18 },
      { y: -72, half: 14 },
      { y: -90, half: 10 },
    ].forEach(({ y, half }, floor) => {
      const tall = 16 - floor;
      fillPath(
        look,
        new Path2D(
          `M ${-half * 0.78},${y} L ${-half * 0.74},${y - tall} L ${half * 0.74},${y - tall} L ${half * 0.78},${y} Z`,
        ),
        wall,
      );
      windows(look, [
        [-half * 0.42, y - tall * 0.8, half * 0.3, tall * 0.66],
        [half * 0.12, y - tall * 0.8, half * 0.3, tall * 0.66],
      ]);
      const eave = half * 1.6;
      fillPath(
        look,
        new Path2D(
          `M ${-eave - 3},${y - tall - 4} C ${-eave * 0.7},${y - tall + 2} ${-half * 0.6},${y - tall + 1} 0,${y - tall + 1} C ${half * 0.6},${y - tall + 1} ${eave * 0.7},${y - tall + 2} ${eave + 3},${y - tall - 4} C ${eave * 0.75},${y - tall - 4} ${half * 0.8},${y - tall - 7} ${half * 0.62},${y - tall - 11} L ${-half * 0.62},${y - tall - 11} C ${-half * 0.8},${y - tall - 7} ${-eave * 0.75},${y - tall - 4} ${-eave - 3},${y - tall - 4} Z`,
        ),
        roof,
      );
      if (look.rim) return;
      context.strokeStyle = look.tone(stage.palette.light, 0.34);
      context.lineWidth = 0.9;
      context.stroke(
        new Path2D(
          `M ${-half * 0.62},${y - tall - 11} C ${-half * 0.8},${y - tall - 7} ${-eave * 0.75},${y - tall - 4} ${-eave - 3},${y - tall - 4}`,
        ),
      );
    });
    fillPath(
      look,
      new Path2D(
        'M -1,-112 L -0.6,-134 L 0.6,-134 L 1,-112 Z M -4,-116 L 4,-116 L 3,-113 L -3,-113 Z M -3,-122 L 3,-122 L 2,-119 L -2,-119 Z',
      ),
    );
  },
};

export const windmill: SubjectKind = {
  media: ['far', 'ground'],
  size: 0.3,
  speed: 0,
  draw(look) {
    const { context, seconds, stage } = look;
    const body = mix(mix(hex('#c8b8a0'), look.ink, 0.55), stage.palette.haze, 0.06);
    fillPath(look, new Path2D('M -20,3 L -12,-66 L 12,-66 L 20,3 Z'), body);
    fillPath(
      look,
      new Path2D('M -15,-65 C -14,-80 -6,-86 0,-87 C 6,-86 14,-80 15,-65 Z'),
      mix(hex('#7a3a2c'), look.ink, 0.5),
    );
    fillPath(look, new Path2D('M -23,-26 L 23,-26 L 23,-23 L -23,-23 Z'), mix(look.ink, body, 0.3));
    windows(look, [
      [-4, -50, 7, 9],
      [-5, -14, 9, 17],
    ]);
    context.save();
    context.translate(0, -70);
    context.rotate(seconds * 0.7 + 0.5);
    for (let sail = 0; sail < 4; sail += 1) {
      context.rotate(Math.PI / 2);
      context.fillStyle = look.tone(look.ink);
      context.fillRect(-1.2, -58, 2.4, 58);
      fillPath(
        look,
        new Path2D('M 1.5,-56 L 13,-56 L 11,-14 L 1.5,-14 Z'),
        mix(mix([0.92, 0.005, 0.02], look.ink, 0.4), stage.palette.light, 0.2),
      );
      if (look.rim) continue;
      context.strokeStyle = look.tone(look.ink, 0.6);
      context.lineWidth = 0.7;
      for (let lath = 0; lath < 6; lath += 1)
        context.stroke(new Path2D(`M 1.5,${-52 + lath * 7} L 12.6,${-52 + lath * 7}`));
    }
    context.fillStyle = look.tone(look.ink);
    disc(context, 0, 0, 3.4);
    context.restore();
  },
};
