import { expect, test } from 'vitest';
import { fileTitle } from './file-title.ts';

test.each([
  ['holiday.mp4', 'holiday'],
  ['IMG_0042.MOV', 'IMG_0042'],
  ['a.b.c.webm', 'a.b.c'],
  ['C:\\films\\fox.mkv', 'fox'],
  ['../../etc/passwd.mp4', 'passwd'],
  ['two\nlines\u0000and\ttab.mp4', 'two lines and tab'],
  ['evil\u202egnp.mp4', 'evil gnp'],
  ['夏天的海.mp4', '夏天的海'],
  ['no extension', 'no extension'],
  ['Take 3. Final', 'Take 3. Final'],
  ['half \ud83d.mp4', 'half'],
])('%j is called %j', (name, title) => {
  expect(fileTitle(name)).toBe(title);
});

test.each(['', '.mp4', '   .mp4', '\u0000\u0001', 'folder/'])('%j says nothing', (name) => {
  expect(fileTitle(name)).toBeNull();
});

test('is cut to what a title may hold, and never in the middle of a character', () => {
  expect(fileTitle(`${'a'.repeat(600)}.mp4`)).toHaveLength(500);
  expect(fileTitle(`${'a'.repeat(499)}😀.mp4`)).toBe('a'.repeat(499));
});
