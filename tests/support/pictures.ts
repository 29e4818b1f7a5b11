import { createHash, randomBytes } from 'node:crypto';
import { createCanvas } from '@napi-rs/canvas';
import * as v from 'valibot';
import { uuidv7 } from '../../sync/ids.ts';
import { type SourceImage, SourceImageSchema } from '../../sync/source-image.ts';

export interface TestPicture {
  readonly source: SourceImage;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A real picture, another one at each call: red at the left, blue at the right. */
export function makePicture(
  options: { readonly type?: 'jpeg' | 'png' | 'webp'; readonly width?: number; readonly height?: number } = {},
): TestPicture {
  const { type = 'png', width = 160, height = 90 } = options;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#e01020';
  context.fillRect(0, 0, width / 2, height);
  context.fillStyle = '#1030e0';
  context.fillRect(width / 2, 0, width / 2, height);
  context.fillStyle = `#${randomBytes(3).toString('hex')}`;
  context.fillRect(width / 2 - 8, height / 2 - 8, 16, 16);
  const bytes = new Uint8Array(type === 'png' ? canvas.encodeSync('png') : canvas.encodeSync(type, 90));
  return { bytes, source: sourceImage(bytes, { contentType: `image/${type}`, width, height }) };
}

function sourceImage(bytes: Uint8Array, picture: Pick<SourceImage, 'contentType' | 'width' | 'height'>): SourceImage {
  return v.parse(SourceImageSchema, {
    id: uuidv7(Date.now(), randomBytes(10)),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    ...picture,
  });
}
