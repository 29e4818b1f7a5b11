import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const app = join(import.meta.dirname, '..');
const tokens = readFileSync(join(app, 'ui/tokens.css'), 'utf8');

interface Declaration {
  readonly property: string;
  readonly value: string;
  readonly where: string;
}

const everywhere = globSync('**/*.css', { cwd: app })
  .filter((file) => !/tokens|fonts/.test(file))
  .flatMap((file) => declarations(file));

describe('styles are made of tokens', () => {
  test('[colour] none is written out', () => {
    expect(
      broken(everywhere, ({ value }) => /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(|\bwhite\b/i.test(value)),
    ).toEqual([]);
  });

  test('[type] size, weight, line height and layer', () => {
    const scaled = /^(font-size|font-weight|line-height|z-index)$/;
    const free = /^(var\(|inherit$|1$|400$)/;
    expect(broken(everywhere, ({ property, value }) => scaled.test(property) && !free.test(value))).toEqual([]);
  });

  test('[space] distances are steps of 4 px, or hairlines', () => {
    const distances = /^(padding|margin|gap|row-gap|column-gap|inset|translate|scroll-margin)/;
    expect(
      broken(everywhere, ({ property, value }) => distances.test(property) && lengths(value).some((px) => px > 3)),
    ).toEqual([]);
  });

  test('[size] things are multiples of 4 px, or hairlines', () => {
    expect(
      broken(everywhere, ({ value }) =>
        lengths(value).some((px) => px % 4 !== 0 && !(Number.isInteger(px) && px <= 3)),
      ),
    ).toEqual([]);
  });

  test('[motion] takes its time from the tokens', () => {
    const moves = /^(transition|animation)/;
    expect(broken(everywhere, ({ property, value }) => moves.test(property) && /[\d.]m?s\b/.test(value))).toEqual([]);
  });

  test('[tokens] whatever is asked for is there', () => {
    const known = new Set([...tokens.matchAll(/(--[\w-]+):/g)].map(([, name]) => name));
    for (const { property } of everywhere) if (property.startsWith('--')) known.add(property);
    // Set by the component, on the element.
    for (const name of ['--columns', '--share', '--film-drawn']) known.add(name);
    const asked = everywhere.filter(({ value }) =>
      [...value.matchAll(/var\((--[\w-]+)\)/g)].some(([, name = '']) => !known.has(name)),
    );
    expect(asked.map(({ where }) => where)).toEqual([]);
  });
});

/** Arabic and Hebrew turn a screen round; nothing of it may hang on a side by its name. */
describe('[direction] nothing knows left from right', () => {
  test('in properties', () => {
    const physical =
      /^(left|right|(margin|padding|border)-(left|right)(-.*)?|border-(top|bottom)-(left|right)-radius)$/;
    expect(broken(everywhere, ({ property }) => physical.test(property))).toEqual([]);
  });

  test('in values', () => {
    const sided = /^(text-align|float|clear|transform-origin|justify-content)$/;
    expect(
      broken(
        everywhere,
        ({ property, value }) =>
          (sided.test(property) && /\b(left|right)\b/.test(value)) || /\bto (left|right)\b/.test(value),
      ),
    ).toEqual([]);
  });

  test('in shorthands of four, but for the safe areas, which are the sides of a screen', () => {
    const four = /^(padding|margin|inset|border-width)$/;
    expect(
      broken(everywhere, ({ property, value }) => {
        const parts = value.match(/(?:calc|var|min|max)\((?:[^()]|\([^()]*\))*\)|[^\s]+/g) ?? [];
        return four.test(property) && parts.length === 4 && parts[1] !== parts[3] && !value.includes('--safe-');
      }),
    ).toEqual([]);
  });
});

function declarations(file: string): Declaration[] {
  const css = readFileSync(join(app, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  return [...css.matchAll(/([\w-]+):\s*([^;{}]+);/g)].map(([, property = '', value = '']) => {
    const flat = value.replaceAll(/\s+/g, ' ');
    return { property, value: flat, where: `${file}: ${property}: ${flat}` };
  });
}

function broken(of: readonly Declaration[], rule: (declaration: Declaration) => boolean): string[] {
  return of.filter(rule).map(({ where }) => where);
}

/** What is written out in a value, in px, without its sign. */
function lengths(value: string): number[] {
  return [...value.matchAll(/(?<![\w.-])([\d.]+)(px|rem)\b/g)].map(
    ([, number, unit]) => Number(number) * (unit === 'rem' ? 16 : 1),
  );
}
