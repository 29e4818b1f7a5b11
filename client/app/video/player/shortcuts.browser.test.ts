import { expect, test } from 'vitest';
import { isTyped, keyName, SHORTCUTS } from './shortcuts.ts';

const pressed = (key: string, code: string, shiftKey = false) => keyName({ key, code, shiftKey });

test.each([
  ['a letter', pressed('k', 'KeyK'), 'K'],
  ['with Caps Lock', pressed('K', 'KeyK'), 'K'],
  ['with Shift', pressed('N', 'KeyN', true), 'Shift+N'],
  ['with Shift and Caps Lock', pressed('n', 'KeyN', true), 'Shift+N'],
  ['where it writes Cyrillic', pressed('л', 'KeyK'), 'K'],
  ['on AZERTY, what is written counts', pressed('m', 'Semicolon'), 'M'],
  ['a mark', pressed('.', 'Period'), '.'],
  ['with Chinese input', pressed('。', 'Period'), '.'],
  ['with Chinese input and Shift', pressed('？', 'Slash', true), '?'],
  ['while an input method works', pressed('Process', 'Comma'), ','],
  ['a key with a name', pressed('ArrowLeft', 'ArrowLeft'), 'ArrowLeft'],
  ['a key with a name and Shift', pressed('Home', 'Home', true), 'Home'],
])('%s: %s is %s', (_, name, expected) => {
  expect(name).toBe(expected);
});

test('no key stands for two things', () => {
  const keys = SHORTCUTS.flatMap(({ keys: all }) => all);
  expect(new Set(keys).size).toBe(keys.length);
});

test('[WCAG 2.1.4] letters and marks can be done without; Space, arrows, Home and End stay', () => {
  const staying = SHORTCUTS.flatMap(({ keys }) => keys).filter((key) => !isTyped(key));
  expect(staying.sort()).toEqual([' ', 'ArrowLeft', 'ArrowRight', 'End', 'Home']);
});
