import { expect, test } from 'vitest';
import { returnPath } from './return-path.ts';

test.each([
  ['next=%2Fvideo%2Fa', '/video/a'],
  ['', '/'],
  ['next=https%3A%2F%2Fevil.example', '/'],
  ['next=%2F%2Fevil.example', '/'],
  ['next=%2F%5Cevil.example', '/'],
])('%s leads to %s', (search, path) => {
  expect(returnPath(search)).toBe(path);
});
