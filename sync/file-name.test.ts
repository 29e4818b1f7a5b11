import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNamer, extensionOf, safeName } from './file-name.ts';

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom('.', ' ', '/', '\\', ':', '\u202e', '\0', '\n', 'a', 'é', 'e\u0301', '👍', '\ud83d'),
  }),
  fc.constantFrom(
    '..',
    '../../etc/passwd',
    'C:\\x',
    'con',
    'NUL.tar',
    'aux .',
    'COM¹',
    'lpt9.',
    '~',
    '',
    'ﬁ'.repeat(99),
  ),
);

describe('a name of a file', () => {
  test('is taken by every file system, whatever text it is made of', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const name = createNamer()(text, 'mp4');
        expect(name).toMatch(/\.mp4$/);
        expect(name).not.toMatch(/[\p{C}\\/:*?"<>|]/u);
        expect(name).not.toMatch(/^[\s.]|[\s.]\.mp4$/);
        expect(name).not.toMatch(/^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])\s*\./i);
        expect(new TextEncoder().encode(name).length).toBeLessThan(240);
        expect(name).toBe(name.normalize('NFC'));
      }),
      { numRuns: 1000 },
    );
  });

  test('differs from every other one where case and composition do not count', () => {
    fc.assert(
      fc.property(fc.array(nasty, { maxLength: 60 }), (texts) => {
        const name = createNamer();
        const names = texts.map((text) => name(text, 'mp4').normalize('NFD').toLowerCase());
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });

  test('of many that are called the same is found at once', () => {
    const name = createNamer();
    const names = Array.from({ length: 20_000 }, (_, index) => name(index % 2 ? 'Fox' : 'FOX', 'mp4'));
    expect(new Set(names.map((one) => one.toLowerCase())).size).toBe(20_000);
    expect(names.slice(0, 3)).toEqual(['FOX.mp4', 'Fox (2).mp4', 'FOX (3).mp4']);
  });

  test.each([
    ['A fox, in snow', 'A fox, in snow'],
    ['../../etc/passwd', 'etc passwd'],
    ['CON', '_CON'],
    ['aux.notes', '_aux.notes'],
    ['console', 'console'],
    ['狐狸.', '狐狸'],
    ['\u202egpj.exe', 'gpj.exe'],
    [`${'x'.repeat(59)}👍`, 'x'.repeat(59)],
    ['???', ''],
  ])('%j becomes %j', (text, expected) => {
    expect(safeName(text)).toBe(expected);
  });

  test.each([
    ['video/quicktime; codecs="avc1"', 'mov'],
    ['Video/WebM', 'webm'],
    [null, 'mp4'],
  ])('of %j ends in %s', (type, extension) => {
    expect(extensionOf(type)).toBe(extension);
  });
});
