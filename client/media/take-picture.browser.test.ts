import { describe, expect, test } from 'vitest';
import { takePicture } from './take-picture.page.ts';

async function drawn(width: number, height: number, type: string, fill = '#1030e0'): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context) context.fillStyle = fill;
  context?.fillRect(0, 0, width / 2, height);
  return canvas.convertToBlob({ type, quality: 0.9 });
}

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}

/** The same JPEG, with a camera's note that it was held upright. */
async function held(jpeg: Blob): Promise<Blob> {
  const bytes = await bytesOf(jpeg);
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
  const exif = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
  return new Blob([bytes.slice(0, 2), new Uint8Array([0xff, 0xe1, 0, exif.length + 2, ...exif]), bytes.slice(2)]);
}

async function taken(file: Blob) {
  const result = await takePicture(file);
  if (result.kind !== 'taken') throw new Error(result.problem);
  return result;
}

describe('a picture', () => {
  test.each(['image/jpeg', 'image/png', 'image/webp'])('%s is kept as it came, whatever it is called', async (type) => {
    const blob = await drawn(200, 100, type);
    const { source, data } = await taken(new File([blob], 'notes.txt', { type: 'text/plain' }));
    expect(source).toMatchObject({ contentType: type, width: 200, height: 100, bytes: blob.size });
    expect(new Uint8Array(data)).toEqual(await bytesOf(blob));
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
    expect(source.sha256).toBe(Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''));
  });

  test('that is large is made smaller, in its own ratio, and what may be seen through stays so', async () => {
    const { source, data } = await taken(await drawn(4000, 1000, 'image/png'));
    expect(source).toMatchObject({ contentType: 'image/webp', width: 2048, height: 512 });
    const bitmap = await createImageBitmap(new Blob([data]));
    const context = new OffscreenCanvas(2048, 512).getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    expect(context?.getImageData(2000, 100, 1, 1).data[3]).toBe(0);
    expect(context?.getImageData(100, 100, 1, 1).data[2]).toBeGreaterThan(200);
    expect((await taken(await drawn(8192, 64, 'image/png'))).source).toMatchObject({ height: 64 });
  });

  test('that a camera took upright stands upright for everybody', async () => {
    const { source, data } = await taken(await held(await drawn(300, 200, 'image/jpeg')));
    expect([source.width, source.height]).toEqual([200, 300]);
    const bitmap = await createImageBitmap(new Blob([data]), { imageOrientation: 'none' });
    expect([bitmap.width, bitmap.height]).toEqual([200, 300]);
  });
});

describe('what is none is refused with its reason', () => {
  test.each([
    ['words', async () => new Blob(['A picture, in words'], { type: 'image/png' }), 'not_a_picture'],
    ['a small one', () => drawn(63, 100, 'image/png'), 'too_small'],
    ['a wide one', () => drawn(8193, 64, 'image/png'), 'too_wide'],
    ['a heavy file', async () => new Blob([new Uint8Array(10 * 1024 * 1024 + 1)]), 'too_large'],
    ['the head of one', async () => (await drawn(300, 200, 'image/png')).slice(0, 60), 'not_a_picture'],
  ])('%s', async (_, make, problem) => {
    expect(await takePicture(await make())).toEqual({ kind: 'refused', problem });
  });
});
