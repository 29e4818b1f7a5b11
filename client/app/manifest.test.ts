import { fileURLToPath } from 'node:url';
import { loadImage } from '@napi-rs/canvas';
import { expect, test } from 'vitest';
import { manifest } from './manifest.ts';

const pictures = [
  ...(manifest.icons ?? []),
  ...(manifest.screenshots ?? []),
  ...(manifest.shortcuts ?? []).flatMap(({ icons }) => icons ?? []),
];

test.for(pictures.map(({ src, sizes = '' }) => ({ src, sizes })))(
  '$src is there, and $sizes',
  async ({ src, sizes }) => {
    const { width, height } = await loadImage(fileURLToPath(new URL(`../public${src}`, import.meta.url)));
    expect(sizes).toBeOneOf(['any', `${width}x${height}`]);
  },
);

test('there are pictures for a narrow and for a wide screen', () => {
  const forms = (manifest.screenshots ?? []).map(({ form_factor: form }) => form);
  expect(new Set(forms)).toEqual(new Set(['narrow', 'wide']));
});
