import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { composeScene } from './compose.ts';
import { hasGlyphs } from './title.ts';

interface Shot {
  readonly prompt: string;
  readonly seed?: number;
  readonly width?: number;
  readonly height?: number;
  readonly at?: number;
}

function shoot({ prompt, seed = 1, width = 160, height = 90, at = 0.5 }: Shot): Uint8ClampedArray {
  const context = createCanvas(width, height).getContext('2d', { alpha: false });
  composeScene({ prompt, seed, width, height, seconds: 1 }).draw(context, at);
  return context.getImageData(0, 0, width, height).data;
}

/** Mean difference of a channel, 0..255. */
function distance(one: Uint8ClampedArray, other: Uint8ClampedArray): number {
  return one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / one.length;
}

describe('compose', () => {
  test('[SCENE-7] every place fills the frame in every aspect', () => {
    for (const place of [
      'sea',
      'beach',
      'mountains',
      'city',
      'forest',
      'desert',
      'space',
      'room',
      'underwater',
      'snow',
      'meadow',
      'river',
      'clouds',
      'road',
    ]) {
      for (const [width, height] of [
        [128, 72],
        [72, 128],
        [96, 96],
        [168, 72],
      ] as const) {
        const pixels = shoot({ prompt: place, width, height });
        const lumas = Array.from({ length: width * height }, (_, index) => pixels[index * 4 + 1] ?? 0);
        const mean = lumas.reduce((sum, value) => sum + value, 0) / lumas.length;
        expect(mean, `${place} ${width}×${height}`).toBeGreaterThan(5);
        expect(Math.max(...lumas) - Math.min(...lumas), `${place} ${width}×${height}`).toBeGreaterThan(50);
      }
    }
  });

  test('[SCENE-8] every subject can be drawn', () => {
    for (const subject of [
      'man',
      'couple',
      'child',
      'dancer',
      'astronaut',
      'robot',
      'cowboy',
      'horse',
      'wolf',
      'dog',
      'cat',
      'deer',
      'elephant',
      'birds',
      'eagle',
      'dragon',
      'butterfly',
      'whale',
      'fish',
      'jellyfish',
      'turtle',
      'boat',
      'pirate ship',
      'train',
      'car',
      'bicycle',
      'balloon',
      'rocket',
      'plane',
      'lighthouse',
      'cottage',
      'castle',
      'pagoda',
      'windmill',
      'oak',
      'palm',
      'campfire',
      'lantern',
    ]) {
      expect(() => shoot({ prompt: subject, width: 96, height: 54 }), subject).not.toThrow();
    }
  });

  test('[SCENE-9] different prompts look different, also unknown ones and other seeds', () => {
    const sea = shoot({ prompt: 'calm sea at night' });
    expect(distance(sea, shoot({ prompt: 'desert at noon' }))).toBeGreaterThan(25);
    expect(distance(shoot({ prompt: 'qwv' }), shoot({ prompt: 'plorth' }))).toBeGreaterThan(8);
    expect(distance(sea, shoot({ prompt: 'calm sea at night', seed: 2 }))).toBeGreaterThan(2);
  });

  test('[SCENE-10] the last frame is close to the first: a loop has no cut', () => {
    const prompt = 'train through the mountains, pan right';
    const jump = distance(shoot({ prompt, at: 23 / 24 }), shoot({ prompt, at: 0 }));
    expect(jump).toBeLessThan(distance(shoot({ prompt, at: 0.6 }), shoot({ prompt, at: 0 })));
  });

  test('[SCENE-11] a title that no font can write is left off', () => {
    expect(hasGlyphs('Café – Ночь στη θάλασσα')).toBe(true);
    expect(hasGlyphs('night \u{10FFFD}')).toBe(false);
    expect(() => shoot({ prompt: '海上日落' })).not.toThrow();
  });
});
