import type { Canvas } from '@napi-rs/canvas';
import { Path2D } from '@napi-rs/canvas';
import { css, hex, lighten, mix } from '../colour.ts';
import { branch, crown } from '../foliage.ts';
import { surface } from '../palette.ts';
import type { Stage } from '../stage.ts';
import { scratch } from '../stage.ts';
import type { SubjectKind } from './subject.ts';
import { fillPath, limb, taper } from './subject.ts';

/** A grown tree is hundreds of leaves: it is drawn once for each stage, then only swayed. */
export function treeKind(): SubjectKind {
  let grown: { readonly canvas: Canvas; readonly side: number } | null = null;
  return {
    media: ['ground', 'far'],
    size: 0.42,
    speed: 0,
    draw(look) {
      grown ??= growTree(look.stage);
      if (look.rim) return;
      look.context.transform(1, 0, Math.sin(look.seconds * 1.2) * 0.012, 1, 0, 0);
      look.context.drawImage(grown.canvas, -100, -150, 200, 160);
    },
  };
}

function growTree(stage: Stage): { readonly canvas: Canvas; readonly side: number } {
  const { palette, spec, unit } = stage;
  const scale = (unit * 0.42 * 1.6) / 100;
  const { canvas, context } = scratch(200 * scale, 160 * scale);
  context.scale(scale, scale);
  context.translate(100, 150);
  const random = stage.random('tree');
  const blossom = spec.weather.includes('petals') || (spec.colours.includes('pink') && spec.season === 'spring');
  const bare = spec.season === 'winter' || spec.place === 'desert' || spec.mood === 'dark';
  const leaf = blossom
    ? hex('#f2a0bd')
    : spec.season === 'autumn'
      ? hex('#d8702c')
      : spec.colours.includes('red')
        ? hex('#c8402f')
        : hex('#5f9a4a');
  const ink = mix(surface(palette, hex('#4a3628'), 0), palette.shadow, 0.55);
  const tips: { x: number; y: number }[] = [];
  context.fillStyle = css(ink);
  context.fill(new Path2D('M -15,4 C -8,0 -6,-8 -5,-16 L 5,-16 C 6,-8 9,0 17,4 Z'));
  branch(context, {
    x: 0,
    y: 0,
    angle: -Math.PI / 2 + random.between(-0.08, 0.08),
    length: 38,
    width: 11,
    level: bare ? 6 : 4,
    random,
    tips,
  });
  if (bare) return { canvas, side: 200 };
  const lightSide = stage.lamp.x > stage.width / 2 ? 1 : -1;
  const dark = mix(mix(surface(palette, lighten(leaf, -0.16), 0), palette.shadow, 0.35), leaf, blossom ? 0.3 : 0.08);
  const lit = mix(mix(surface(palette, lighten(leaf, 0.08), 0), palette.light, 0.28), leaf, 0.35);
  for (const tip of tips.sort((one, other) => one.y - other.y).reverse()) {
    crown(context, {
      x: tip.x,
      y: tip.y - 3,
      radiusX: random.between(13, 20),
      radiusY: random.between(9, 14),
      dark,
      lit,
      random,
      count: 34,
      light: lightSide,
    });
  }
  return { canvas, side: 200 };
}

export const palm: SubjectKind = {
  media: ['far', 'ground'],
  size: 0.46,
  speed: 0,
  draw(look) {
    const { context, seconds, stage } = look;
    for (const [x, lean, scale, phase] of [
      [0, 20, 1, 0],
      [-26, -16, 0.78, 1.3],
    ] as const) {
      context.save();
      context.translate(x, 0);
      context.scale(scale, scale);
      const sway = Math.sin(seconds * 1.1 + phase) * 2.4;
      const top = { x: lean + sway, y: -96 };
      context.fillStyle = look.tone(look.ink);
      let before = { x: 0, y: 4 };
      for (let step = 1; step <= 10; step += 1) {
        const share = step / 10;
        const here = { x: lean * share ** 1.7 + sway * share * share, y: 4 - 100 * share };
        taper(context, before, here, 6.4 - 3 * share, 6 - 3 * share);
        before = here;
      }
      const green = mix(mix(hex('#3f6a3a'), look.ink, 0.6), stage.palette.haze, 0.05);
      for (let frond = 0; frond < 11; frond += 1) {
        const angle = -Math.PI * 0.5 + (frond / 10 - 0.5) * 4.5 + Math.sin(seconds * 1.5 + frond + phase) * 0.05;
        const reach = 37 + 8 * Math.sin(frond * 2.1);
        const tip = {
          x: top.x + Math.cos(angle) * reach,
          y: top.y + Math.sin(angle) * reach * 0.75 + Math.abs(Math.cos(angle)) * 17,
        };
        const bow = { x: top.x + Math.cos(angle) * reach * 0.55, y: top.y + Math.sin(angle) * reach * 0.72 - 9 };
        context.fillStyle = look.tone(frond % 3 === 0 ? lighten(green, 0.04) : green);
        context.beginPath();
        context.moveTo(top.x, top.y);
        context.quadraticCurveTo(bow.x, bow.y, tip.x, tip.y);
        // The comb of leaflets hangs below the rib.
        for (let leaflet = 7; leaflet >= 1; leaflet -= 1) {
          const share = leaflet / 8;
          const rib = {
            x: (1 - share) ** 2 * top.x + 2 * share * (1 - share) * bow.x + share * share * tip.x,
            y: (1 - share) ** 2 * top.y + 2 * share * (1 - share) * bow.y + share * share * tip.y,
          };
          context.lineTo(rib.x + Math.cos(angle) * 3, rib.y + 8.5 * Math.sin(share * Math.PI) + 2.5);
          context.lineTo(rib.x - Math.cos(angle) * 1, rib.y + 2);
        }
        context.closePath();
        context.fill();
      }
      context.fillStyle = look.tone(mix(hex('#7a4a24'), look.ink, 0.5));
      for (const nut of [-2.6, 0.4, 3]) {
        context.beginPath();
        context.arc(top.x + nut, top.y + 3.4, 2.5, 0, Math.PI * 2);
        context.fill();
      }
      context.restore();
    }
  },
};

export const campfire: SubjectKind = {
  media: ['ground', 'far'],
  size: 0.17,
  speed: 0,
  draw(look) {
    const { context, seconds, stage } = look;
    fillPath(
      look,
      new Path2D('M -118,3 L -78,-66 L -74,-66 L -34,3 Z'),
      mix(mix(stage.palette.accent2, look.ink, 0.6), hex('#c86a3a'), 0.15),
    );
    fillPath(
      look,
      new Path2D('M -88,3 L -76,-60 L -62,3 Z'),
      look.rim ? look.ink : mix(hex('#ffb45a'), look.ink, 0.25),
    );
    context.fillStyle = look.tone(look.ink);
    limb(look, { x: 44, y: -14, upper: -1.2, lower: -0.1, lengths: [17, 16], widths: [9, 7, 5], foot: -6 });
    fillPath(look, new Path2D('M 38,0 C 36,-18 40,-38 46,-44 C 54,-47 60,-42 60,-34 C 60,-20 58,-8 58,0 Z'));
    limb(look, { x: 48, y: -38, upper: -0.7, lower: -1.2, lengths: [13, 13], widths: [6, 5, 4] });
    context.beginPath();
    context.ellipse(47, -53, 6, 7, -0.15, 0, Math.PI * 2);
    context.fill();
    taper(context, { x: -12, y: 0 }, { x: 12, y: -6 }, 4.4, 4.4);
    taper(context, { x: -12, y: -6 }, { x: 12, y: 0 }, 4.4, 4.4);
    if (look.rim) return;
    const flicker = 0.85 + 0.15 * Math.sin(seconds * 17) * Math.sin(seconds * 11);
    look.glow(0, -16, 190, hex('#ff8a3a'), 0.62 * flicker);
    look.glow(0, -14, 52, hex('#ffc86a'), 0.9 * flicker);
    for (const [wide, tall, colour, phase] of [
      [13, 38, '#ff6a22', 0],
      [9, 28, '#ffa83a', 1.7],
      [5, 17, '#fff0b8', 3.1],
    ] as const) {
      const sway = Math.sin(seconds * 7 + phase) * 4;
      const high = tall * (1 + 0.16 * Math.sin(seconds * 13 + phase));
      context.fillStyle = look.tone(hex(colour), 0.92);
      context.fill(
        new Path2D(
          `M ${-wide},-3 C ${-wide * 1.3},${-high * 0.4} ${-wide * 0.3 + sway * 0.4},${-high * 0.5} ${sway},${-high} C ${wide * 0.4 + sway * 0.5},${-high * 0.55} ${wide * 1.3},${-high * 0.42} ${wide},-3 C ${wide * 0.5},1 ${-wide * 0.5},1 ${-wide},-3 Z`,
        ),
      );
    }
    for (let spark = 0; spark < 12; spark += 1) {
      const age = (((seconds * 0.6 + spark / 12) % 1) + 1) % 1;
      context.fillStyle = look.tone(hex('#ffc060'), 1 - age);
      context.fillRect(Math.sin(spark * 5.3 + age * 5) * 16 * age, -20 - age * 92, 1.6, 1.6);
    }
  },
};

/** Paper lanterns rising all over the sky. */
export const lantern: SubjectKind = {
  media: ['air'],
  size: 0.3,
  speed: 0,
  draw(look) {
    if (look.rim) return;
    const { context, seconds, random, stage } = look;
    const wide = (stage.width / (stage.unit * 0.3)) * 60;
    for (let index = 0; index < 34; index += 1) {
      const near = random.next() ** 1.8;
      const phase = random.between(0, 6.28);
      const x = random.between(-1, 1) * wide + Math.sin(seconds * 0.5 + phase) * 6;
      const y = random.between(-78, 62) - seconds * (2 + 5 * near);
      const size = 3 + 15 * near;
      const flicker = 0.85 + 0.15 * Math.sin(seconds * 6 + phase);
      look.glow(x, y, size * 3, hex('#ff9a3a'), 0.6 * flicker);
      context.save();
      context.translate(x, y);
      context.rotate(Math.sin(seconds * 0.8 + phase) * 0.07);
      const paper = context.createLinearGradient(0, -size, 0, size);
      paper.addColorStop(0, look.tone(hex('#e8702a'), 0.95));
      paper.addColorStop(0.75, look.tone(hex('#ffc25e'), 0.98));
      paper.addColorStop(1, look.tone(hex('#fff2c0'), 1));
      context.fillStyle = paper;
      context.fill(
        new Path2D(
          `M ${-size * 0.5},${size * 0.8} C ${-size * 0.85},0 ${-size * 0.8},${-size * 0.9} 0,${-size} C ${size * 0.8},${-size * 0.9} ${size * 0.85},0 ${size * 0.5},${size * 0.8} Z`,
        ),
      );
      context.restore();
    }
  },
};
