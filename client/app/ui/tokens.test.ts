import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contrast, PAIRS } from '../dev/contrast.ts';
import { manifest } from '../manifest.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const css = read('./tokens.css');

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('%s theme', (_, theme) => {
  test.each(PAIRS)('[WCAG 1.4.3, 1.4.11] $front on $ground has a contrast of at least $least', (pair) => {
    expect(contrast(colour(pair.front, theme), colour(pair.ground, theme))).toBeGreaterThanOrEqual(pair.least);
  });
});

test('the colours of the window are those of the page', () => {
  const page = read('../../index.html');
  for (const [scheme, theme] of [
    ['light', 0],
    ['dark', 1],
  ] as const) {
    expect(page).toContain(`content="${colour('bg-bar', theme)}" media="(prefers-color-scheme: ${scheme})"`);
  }
  expect([manifest.background_color, manifest.theme_color]).toEqual([colour('bg', 1), colour('bg', 1)]);
});

test('the mark is the favicon, in the colours of the dark theme', () => {
  const [mark, favicon] = [read('./mark.tsx'), read('../../public/favicon.svg')];
  const shapes = (svg: string) => [...svg.matchAll(/\b(?:d|rx|fill)="([^"]+)"/g)].map(([, value]) => value);
  expect(shapes(mark)).toEqual(shapes(favicon));
  expect(new Set(mark.match(/#\w{6}/g))).toEqual(new Set([colour('accent', 1), colour('on-accent', 1)]));
});

/** @param theme 0 is light, 1 is dark */
function colour(name: string, theme: 0 | 1): string {
  const [, light = '', dark = light] =
    new RegExp(`--${name}: (?:light-dark\\()?(#\\w{6})(?:, (#\\w{6})\\))?;`).exec(css) ?? [];
  return theme === 0 ? light : dark;
}
