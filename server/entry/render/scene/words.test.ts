import { describe, expect, test } from 'vitest';
import type { SceneSpec } from './spec.ts';
import { findWords, readScene } from './words.ts';

interface Expected {
  readonly place?: SceneSpec['place'];
  readonly time?: SceneSpec['time'];
  readonly weather?: SceneSpec['weather'][number];
  readonly subject?: SceneSpec['subjects'][number];
  readonly light?: SceneSpec['lights'][number];
  readonly camera?: SceneSpec['camera'];
}

const english: readonly (readonly [string, Expected])[] = [
  ['A sailboat on the ocean at sunset', { place: 'sea', time: 'sunset', subject: 'boat' }],
  [
    'neon-lit Tokyo alley in the rain, a woman with an umbrella',
    { place: 'city', weather: 'rain', light: 'neon', subject: 'person' },
  ],
  ['misty forest at dawn with a deer', { place: 'forest', time: 'dawn', weather: 'fog', subject: 'deer' }],
  ['hot air balloons over a valley', { place: 'mountains', subject: 'balloon' }],
  ['an astronaut', { place: 'space', time: 'night', subject: 'astronaut' }],
  ['a whale in the deep ocean', { place: 'underwater', subject: 'whale', weather: 'bubbles' }],
  ['a black cat sleeping', { place: 'room', subject: 'cat' }],
  ['northern lights over a cabin in the snow', { place: 'snow', time: 'night', light: 'aurora', subject: 'house' }],
  ['drone shot of sand dunes, golden hour', { place: 'desert', time: 'golden', camera: 'rise' }],
  ['sea of clouds from above', { place: 'clouds' }],
  ['train through snowy mountains', { place: 'snow', subject: 'train', weather: 'snow' }],
  ['sky lanterns over the river', { place: 'river', subject: 'lantern', time: 'dusk' }],
  ['lavender field, slow zoom', { place: 'meadow', camera: 'push-in' }],
  ['lighthouse in a thunderstorm', { place: 'sea', weather: 'storm', subject: 'lighthouse' }],
  ['cyberpunk robot', { place: 'city', light: 'neon', subject: 'robot' }],
  ['cowboy riding a horse', { subject: 'rider' }],
];

const chinese: readonly (readonly [string, Expected])[] = [
  ['海上日落，一艘帆船', { place: 'sea', time: 'sunset', subject: 'boat' }],
  ['雪山下的湖泊', { place: 'mountains' }],
  ['赛博朋克城市夜景，下雨', { place: 'city', time: 'night', weather: 'rain', light: 'neon' }],
  ['森林里的小鹿，清晨薄雾', { place: 'forest', time: 'dawn', weather: 'fog', subject: 'deer' }],
  ['沙漠中的骆驼队', { place: 'desert' }],
  ['樱花树下的情侣', { weather: 'petals', subject: 'couple' }],
  ['夜晚的极光和木屋', { light: 'aurora', time: 'night', subject: 'house' }],
  ['火车穿过雪地', { place: 'snow', subject: 'train' }],
  ['上海外滩黄昏', { place: 'city', time: 'dusk' }],
  ['一只猫坐在窗边', { place: 'room', subject: 'cat' }],
  ['宇航员在月球上', { place: 'space', subject: 'astronaut' }],
  ['烟花下的城市', { place: 'city', light: 'fireworks' }],
  ['海底的鲸鱼', { place: 'underwater', subject: 'whale' }],
];

describe('words', () => {
  test.each([...english, ...chinese])('[SCENE-1] reads %s', (prompt, expected) => {
    const spec = readScene(prompt, 1);
    if (expected.place !== undefined) expect(spec.place).toBe(expected.place);
    if (expected.time !== undefined) expect(spec.time).toBe(expected.time);
    if (expected.camera !== undefined) expect(spec.camera).toBe(expected.camera);
    if (expected.weather !== undefined) expect(spec.weather).toContain(expected.weather);
    if (expected.light !== undefined) expect(spec.lights).toContain(expected.light);
    if (expected.subject !== undefined) expect(spec.subjects).toContain(expected.subject);
  });

  test('[SCENE-2] a longer word keeps its letters', () => {
    expect(findWords('火车', { train: '火车', car: '车', embers: '火' })).toEqual(['train']);
    expect(findWords('hot air balloon', { balloon: 'hot air balloon', clouds: 'air' })).toEqual(['balloon']);
  });

  test('[SCENE-2] a Chinese character inside another word is not that word', () => {
    expect(readScene('火车', 1).weather).not.toContain('embers');
    expect(readScene('马路', 1).subjects).not.toContain('horse');
    expect(readScene('白天', 1).colours).toEqual([]);
  });

  test('[SCENE-3] English words match whole, in either number', () => {
    expect(findWords('carpet and seasons', { car: 'car', sea: 'sea' })).toEqual([]);
    expect(findWords('two foxes, three cars', { wolf: 'fox', car: 'car' })).toEqual(['wolf', 'car']);
  });

  test('[SCENE-4] unknown prompts get worlds of their own, always the same one', () => {
    const prompts = Array.from({ length: 24 }, (_, index) => `zxq ${'abcdefghijklmnopqrstuvwx'[index]}${index}`);
    const worlds = prompts.map((prompt) => readScene(prompt, 1)).map((spec) => `${spec.place} ${spec.time}`);
    expect(new Set(worlds).size).toBeGreaterThan(9);
    expect(readScene('zxq 1', 5)).toEqual(readScene('zxq 1', 5));
    expect(readScene('zxq 1', 5).place).toBe(readScene('zxq 1', 6).place);
  });

  test('[SCENE-5] an empty prompt is a scene too, without a title', () => {
    expect(readScene('', 1).title).toBe('');
  });

  test('[SCENE-6] the title is the first clause, cut at a word', () => {
    expect(readScene('A lone rider, cinematic, 8k', 1).title).toBe('A lone rider');
    const long = readScene('an extraordinarily long prompt about nothing in particular that goes on and on', 1).title;
    expect([...long].length).toBeLessThanOrEqual(44);
    expect(long.endsWith('…')).toBe(true);
  });
});
