import type { Colour } from './colour.ts';
import { css, mix } from './colour.ts';
import type { Random } from './random.ts';
import type { Context } from './stage.ts';

/** A crown of leaves: many small discs, dark below, lit from above. */
export function crown(
  context: Context,
  leaves: {
    readonly x: number;
    readonly y: number;
    readonly radiusX: number;
    readonly radiusY: number;
    readonly dark: Colour;
    readonly lit: Colour;
    readonly random: Random;
    readonly count: number;
    readonly light: -1 | 1;
  },
): void {
  const { x, y, radiusX, radiusY, random } = leaves;
  const discs = Array.from({ length: leaves.count }, () => {
    const angle = random.between(0, Math.PI * 2);
    const out = Math.sqrt(random.next()) * 0.82;
    return { dx: Math.cos(angle) * out, dy: Math.sin(angle) * out, size: random.between(0.2, 0.4) };
  }).sort((one, other) => other.dy - other.dx * leaves.light * 0.4 - (one.dy - one.dx * leaves.light * 0.4));
  for (const disc of discs) {
    const light = Math.min(
      1,
      Math.max(0, 0.38 - disc.dy * 0.6 + disc.dx * leaves.light * 0.3 + random.between(-0.2, 0.2)),
    );
    context.fillStyle = css(mix(leaves.dark, leaves.lit, light));
    context.beginPath();
    const side = disc.size * Math.min(radiusX, radiusY);
    context.ellipse(
      x + disc.dx * radiusX,
      y + disc.dy * radiusY,
      side * random.between(0.9, 1.5),
      side * random.between(0.6, 0.95),
      random.between(-0.6, 0.6),
      0,
      Math.PI * 2,
    );
    context.fill();
  }
}

/** A branch and what grows out of it; `tips` collects where leaves go. */
export function branch(
  context: Context,
  limb: {
    readonly x: number;
    readonly y: number;
    readonly angle: number;
    readonly length: number;
    readonly width: number;
    readonly level: number;
    readonly random: Random;
    readonly tips: { x: number; y: number }[];
  },
): void {
  const { x, y, angle, length, width, level, random, tips } = limb;
  const bend = random.between(-0.25, 0.25);
  const [endX, endY] = [x + Math.cos(angle) * length, y + Math.sin(angle) * length];
  const [midX, midY] = [x + Math.cos(angle + bend) * length * 0.5, y + Math.sin(angle + bend) * length * 0.5];
  const [sideX, sideY] = [Math.cos(angle + Math.PI / 2), Math.sin(angle + Math.PI / 2)];
  const thin = width * 0.62;
  context.beginPath();
  context.moveTo(x + sideX * width * 0.5, y + sideY * width * 0.5);
  context.quadraticCurveTo(
    midX + sideX * width * 0.4,
    midY + sideY * width * 0.4,
    endX + sideX * thin * 0.5,
    endY + sideY * thin * 0.5,
  );
  context.lineTo(endX - sideX * thin * 0.5, endY - sideY * thin * 0.5);
  context.quadraticCurveTo(
    midX - sideX * width * 0.4,
    midY - sideY * width * 0.4,
    x - sideX * width * 0.5,
    y - sideY * width * 0.5,
  );
  context.fill();
  if (level === 0) {
    tips.push({ x: endX, y: endY });
    return;
  }
  const children = level > 2 ? 3 : 2;
  for (let index = 0; index < children; index += 1) {
    const spread = (index / (children - 1) - 0.5) * random.between(0.9, 1.45);
    branch(context, {
      x: endX,
      y: endY,
      angle: angle + spread + random.between(-0.16, 0.16),
      length: length * random.between(0.66, 0.82),
      width: thin,
      level: level - 1,
      random,
      tips,
    });
  }
  if (level < 3) tips.push({ x: endX, y: endY });
}
