import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const TEXTS = ['text', 'text-2', 'text-3', 'accent-text', 'pending', 'synced', 'failed'];
const GROUNDS = ['bg', 'surface', 'raised', 'hover'];
const PAIRS: readonly (readonly [string, string])[] = [
  ...TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)),
  ['accent-text', 'accent-soft'],
  ['text-2', 'failed-soft'],
  ['failed', 'failed-soft'],
];

describe.each([
  ['light', 0],
  ['dark', 1],
])('%s theme', (_, theme) => {
  test.each(PAIRS)('[WCAG 1.4.3] %s on %s has a contrast of at least 4.5', (text, ground) => {
    expect(contrast(colour(text, theme), colour(ground, theme))).toBeGreaterThanOrEqual(4.5);
  });

  test('[WCAG 1.4.3] the label of a primary button can be read', () => {
    const label = /--on-accent: (#\w+)/.exec(css)?.[1] ?? '';
    for (const ground of ['accent', 'accent-hover']) {
      expect(contrast(label, colour(ground, theme))).toBeGreaterThanOrEqual(4.5);
    }
  });

  test.each(['bg', 'surface'])('[WCAG 1.4.11] fields and the focus ring stand out from %s', (ground) => {
    for (const edge of ['line-strong', 'focus']) {
      expect(contrast(colour(edge, theme), colour(ground, theme))).toBeGreaterThanOrEqual(3);
    }
  });
});

function colour(name: string, theme: number): string {
  const pair = new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(css);
  return pair?.[theme + 1] ?? '';
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
