import { expect, test } from 'vitest';
import { leaveOut } from './leave-out.ts';
import { readScene } from './words.ts';

const scene = readScene('A red boat and a whale in the rain, neon lights', 1);

test('[SCENE-10] what the negative prompt names is not in the scene, the rest is', () => {
  expect(scene).toMatchObject({ subjects: ['boat', 'whale'], weather: ['rain'], colours: ['red'] });
  expect(leaveOut(scene, 'Whales, RAIN')).toMatchObject({ subjects: ['boat'], weather: [], colours: ['red'] });
  expect(leaveOut(scene, '雨')).toMatchObject({ weather: [] });
});

test('[SCENE-10] place and title stay; nothing named, nothing left out', () => {
  expect(leaveOut(scene, 'sea, boat')).toMatchObject({ place: scene.place, title: scene.title });
  expect(leaveOut(scene, '')).toEqual(scene);
});
