import { Path2D } from '@napi-rs/canvas';
import { hex, lighten, mix } from '../colour.ts';
import type { SubjectKind } from './subject.ts';
import { fillPath } from './subject.ts';

export const whale: SubjectKind = {
  media: ['air', 'water'],
  size: 0.3,
  speed: 0.12,
  draw(look) {
    const { context, seconds, stage } = look;
    const beat = Math.sin(seconds * 1.5);
    context.translate(0, beat * 3);
    context.rotate(-0.12 + Math.cos(seconds * 1.5) * 0.03);
    context.scale(1.25, 1.25);
    const back = mix(mix(hex('#2a4a6a'), look.ink, 0.5), stage.palette.haze, 0.15);
    const belly = mix(mix(hex('#c8dce4'), back, 0.45), stage.palette.haze, 0.12);
    const bend = beat * 9;
    fillPath(
      look,
      new Path2D(`M 30,12 C 20,26 4,44 -16,${50 + bend * 0.6} C -8,34 2,20 8,10 Z`),
      mix(back, look.ink, 0.5),
    );
    const body = new Path2D(
      `M 96,2 C 90,-14 66,-24 38,-25 C 6,-26 -36,-16 -74,${-4 - bend * 0.5} C -82,${-2 - bend * 0.8} -88,${-2 - bend} -92,${-3 - bend} C -100,${-16 - bend * 1.4} -114,${-20 - bend * 1.6} -124,${-16 - bend * 1.8} C -116,${-8 - bend * 1.5} -112,${-3 - bend * 1.3} -109,${0 - bend * 1.2} C -114,${6 - bend * 1.2} -120,${12 - bend * 1.5} -122,${20 - bend * 1.7} C -110,${19 - bend * 1.4} -98,${12 - bend} -90,${5 - bend} C -60,14 -30,26 10,28 C 44,30 80,22 92,12 C 96,9 97,6 96,2 Z`,
    );
    fillPath(look, body, back);
    if (!look.rim) {
      context.save();
      context.clip(body);
      context.fillStyle = look.tone(belly);
      context.fill(new Path2D('M 100,8 C 80,12 60,10 44,12 C 16,18 -20,18 -60,8 L -50,50 L 100,50 Z'));
      context.strokeStyle = look.tone(mix(belly, back, 0.55));
      context.lineWidth = 1;
      for (let groove = 0; groove < 7; groove += 1)
        context.stroke(
          new Path2D(
            `M 92,${10 + groove * 1.8} C 60,${15 + groove * 2.6} 20,${18 + groove * 2.4} -14,${16 + groove * 2}`,
          ),
        );
      const light = context.createLinearGradient(0, -28, 0, 8);
      light.addColorStop(0, look.tone(stage.palette.light, 0.42));
      light.addColorStop(1, look.tone(stage.palette.light, 0));
      context.fillStyle = light;
      context.fillRect(-130, -40, 240, 60);
      context.restore();
      context.fillStyle = look.tone(look.ink);
      context.beginPath();
      context.ellipse(66, 4, 1.8, 1.5, 0, 0, Math.PI * 2);
      context.fill();
    }
    fillPath(
      look,
      new Path2D(`M 44,16 C 38,32 22,${52 + bend * 0.8} 2,${62 + bend} C 2,46 12,26 22,14 Z`),
      lighten(back, 0.03),
    );
    fillPath(look, new Path2D('M -34,-17 C -42,-22 -48,-26 -54,-26 C -52,-20 -50,-16 -46,-13 Z'), back);
  },
};

export const fish: SubjectKind = {
  media: ['air', 'water'],
  size: 0.34,
  speed: 0.1,
  draw(look) {
    const { context, seconds, random, stage } = look;
    for (let index = 0; index < 30; index += 1) {
      const angle = random.between(0, 6.28);
      const out = Math.sqrt(random.next());
      const size = random.between(4, 8.5);
      const phase = random.between(0, 6.28);
      const x = Math.cos(angle) * out * 120 + Math.sin(seconds * 0.7 + phase) * 6;
      const y = Math.sin(angle) * out * 42 + Math.cos(seconds * 0.9 + phase) * 4;
      const colour = mix(
        mix(
          random.pick([stage.palette.accent, stage.palette.accent2, hex('#9fd8e8'), hex('#ff8a5a')] as const),
          look.ink,
          0.15,
        ),
        stage.palette.haze,
        random.between(0, 0.5),
      );
      const wag = Math.sin(seconds * 9 + phase) * size * 0.35;
      context.save();
      context.translate(x, y);
      context.rotate(Math.sin(seconds * 0.8 + phase) * 0.14);
      fillPath(
        look,
        new Path2D(
          `M ${size},0 C ${size * 0.5},${-size * 0.55} ${-size * 0.3},${-size * 0.5} ${-size * 0.8},0 L ${-size * 1.4},${-size * 0.5 + wag} L ${-size * 1.2},${wag * 0.6} L ${-size * 1.4},${size * 0.5 + wag} L ${-size * 0.8},0 C ${-size * 0.3},${size * 0.5} ${size * 0.5},${size * 0.45} ${size},0 Z M ${size * 0.1},${-size * 0.38} L ${-size * 0.4},${-size * 0.78} L ${-size * 0.45},${-size * 0.26} Z`,
        ),
        colour,
      );
      if (!look.rim) {
        context.fillStyle = look.tone(look.ink);
        context.beginPath();
        context.arc(size * 0.58, -size * 0.1, size * 0.09, 0, Math.PI * 2);
        context.fill();
      }
      context.restore();
    }
  },
};

export const jellyfish: SubjectKind = {
  media: ['air'],
  size: 0.34,
  speed: 0,
  draw(look) {
    if (look.rim) return;
    const { context, seconds, random, stage } = look;
    for (const [x, y, scale] of [
      [0, -10, 1],
      [-96, 26, 0.55],
      [92, -34, 0.62],
      [58, 56, 0.36],
      [-48, -62, 0.32],
    ] as const) {
      const phase = random.between(0, 6.28);
      const pulse = Math.sin(seconds * 2.1 + phase);
      const colour = mix(
        random.pick([stage.palette.accent, hex('#c58aff'), hex('#ff8ac8'), hex('#7fd8ff')] as const),
        [0.95, 0, 0],
        0.25,
      );
      context.save();
      context.translate(x, y - seconds * 2.4 * scale - pulse * 4);
      context.scale(scale, scale);
      look.glow(0, -8, 70, colour, 0.5);
      const wide = 31 + pulse * 4;
      context.lineCap = 'round';
      for (let arm = -5; arm <= 5; arm += 1) {
        context.strokeStyle = look.tone(colour, arm % 2 === 0 ? 0.7 : 0.42);
        context.lineWidth = arm % 2 === 0 ? 2.6 : 1.2;
        const sway = (at: number) => Math.sin(seconds * 2 + phase - at * 1.3 + arm) * (3 + at * 4);
        context.stroke(
          new Path2D(
            `M ${arm * 4.6},6 C ${arm * 5 + sway(0.5)},26 ${arm * 4 + sway(1.2)},44 ${arm * 5 + sway(2)},${62 + 16 * Math.cos(arm * 1.7)}`,
          ),
        );
      }
      const bell = context.createLinearGradient(0, -34, 0, 14);
      bell.addColorStop(0, look.tone(lighten(colour, 0.06), 0.85));
      bell.addColorStop(0.6, look.tone(colour, 0.5));
      bell.addColorStop(1, look.tone(lighten(colour, 0.08), 0.8));
      context.fillStyle = bell;
      context.fill(
        new Path2D(
          `M ${-wide},6 C ${-wide * 1.1},-22 ${-wide * 0.55},-38 0,-38 C ${wide * 0.55},-38 ${wide * 1.1},-22 ${wide},6 C ${wide * 0.8},12 ${wide * 0.66},4 ${wide * 0.5},9 C ${wide * 0.34},13 ${wide * 0.2},5 0,9 C ${-wide * 0.2},5 ${-wide * 0.34},13 ${-wide * 0.5},9 C ${-wide * 0.66},4 ${-wide * 0.8},12 ${-wide},6 Z`,
        ),
      );
      context.fillStyle = look.tone([0.99, 0, 0], 0.34);
      context.beginPath();
      context.ellipse(-wide * 0.35, -22, 7, 4, -0.6, 0, Math.PI * 2);
      context.fill();
      context.restore();
    }
  },
};

export const turtle: SubjectKind = {
  media: ['air'],
  size: 0.22,
  speed: 0.14,
  draw(look) {
    const { context, seconds, stage } = look;
    const beat = Math.sin(seconds * 1.9);
    context.translate(0, beat * 3);
    context.rotate(-0.16);
    const skin = mix(mix(hex('#5a8a5e'), look.ink, 0.35), stage.palette.haze, 0.12);
    const shell = mix(mix(hex('#8a6a3a'), look.ink, 0.35), stage.palette.haze, 0.08);
    fillPath(
      look,
      new Path2D(`M 22,0 C 30,${-14 + beat * 10} 22,${-36 + beat * 26} 4,${-46 + beat * 34} C 4,-28 4,-12 8,-2 Z`),
      mix(skin, look.ink, 0.4),
    );
    fillPath(
      look,
      new Path2D(`M -38,8 C -52,${10 + beat * 3} -62,${16 + beat * 6} -68,${26 + beat * 6} C -56,26 -42,22 -32,14 Z`),
      skin,
    );
    fillPath(look, new Path2D('M 44,-4 C 50,-14 62,-16 70,-10 C 74,-6 73,0 68,2 C 60,5 50,4 42,6 Z'), skin);
    const dome = new Path2D('M 50,4 C 46,-20 18,-32 -10,-27 C -34,-22 -46,-6 -50,8 C -30,18 24,18 50,4 Z');
    fillPath(look, dome, shell);
    if (!look.rim) {
      context.save();
      context.clip(dome);
      context.strokeStyle = look.tone(mix(shell, look.ink, 0.5));
      context.lineWidth = 1.6;
      context.stroke(
        new Path2D(
          'M -40,4 L -24,-8 L -28,-26 M -24,-8 L -4,-10 L -6,-30 M -4,-10 L 16,-8 L 20,-28 M 16,-8 L 34,-2 L 46,-14 M -24,-8 L -18,14 M -4,-10 L 0,16 M 16,-8 L 20,14',
        ),
      );
      const light = context.createLinearGradient(0, -30, 0, 14);
      light.addColorStop(0, look.tone(stage.palette.light, 0.42));
      light.addColorStop(0.7, look.tone(stage.palette.light, 0));
      context.fillStyle = light;
      context.fillRect(-60, -40, 120, 70);
      context.restore();
      context.fillStyle = look.tone(look.ink);
      context.beginPath();
      context.arc(62, -8, 1.5, 0, Math.PI * 2);
      context.fill();
    }
    fillPath(
      look,
      new Path2D(`M 34,6 C 40,${20 - beat * 8} 30,${46 - beat * 22} 6,${58 - beat * 30} C 4,40 8,20 16,8 Z`),
      lighten(skin, 0.02),
    );
  },
};
