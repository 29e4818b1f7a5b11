import * as v from 'valibot';
import { uuidv7 } from '../../sync/ids.ts';
import {
  MAX_SOURCE_BYTES,
  MIN_SOURCE_SIDE,
  type PictureProblem,
  readPicture,
  type SourceImage,
  SourceImageSchema,
} from '../../sync/source-image.ts';
import { createSha256 } from './sha256.ts';

type Taken =
  | { readonly kind: 'taken'; readonly source: SourceImage; readonly data: ArrayBuffer }
  | { readonly kind: 'refused'; readonly problem: PictureProblem };

/** What is larger is made smaller: no model looks closer, and a bad network brings it sooner. */
const KEPT_SIDE = 2048;
const KEPT_BYTES = 2 * 1024 * 1024;
const QUALITY = 0.92;

/** Looks whether a file is a picture that films can be made of, by its own bytes, and makes it ready to be sent. */
export async function takePicture(file: Blob): Promise<Taken> {
  if (file.size > MAX_SOURCE_BYTES) return { kind: 'refused', problem: 'too_large' };
  const data = await bytesOf(file);
  if (data === null) return NO_PICTURE;
  const read = readPicture(data);
  if (read.kind === 'refused') return read;
  const { contentType, width, height } = read.picture;
  const drawn = await createImageBitmap(new Blob([data], { type: contentType })).catch(() => null);
  if (drawn === null) return NO_PICTURE;
  try {
    // A camera that was held upright may only have noted it; who else reads the file may not see that.
    const isTurned = drawn.width !== width || drawn.height !== height;
    const isLarge = Math.max(width, height) > KEPT_SIDE || data.length > KEPT_BYTES;
    const smaller = isTurned || isLarge ? await redrawn(drawn, contentType) : null;
    return await named(smaller ?? data);
  } finally {
    drawn.close();
  }
}

const NO_PICTURE = { kind: 'refused', problem: 'not_a_picture' } as const;

/** Null where it cannot be read, as after it was moved. */
function bytesOf(file: Blob): Promise<Uint8Array<ArrayBuffer> | null> {
  return file.arrayBuffer().then(
    (buffer) => new Uint8Array(buffer),
    () => null,
  );
}

/** Null where this browser cannot write pictures. */
async function redrawn(
  drawn: ImageBitmap,
  contentType: SourceImage['contentType'],
): Promise<Uint8Array<ArrayBuffer> | null> {
  const { width, height } = drawn;
  const scale = Math.min(1, Math.max(KEPT_SIDE / Math.max(width, height), MIN_SOURCE_SIDE / Math.min(width, height)));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.imageSmoothingQuality = 'high';
  context.drawImage(drawn, 0, 0, canvas.width, canvas.height);
  // What may be seen through stays so.
  const type = contentType === 'image/jpeg' ? contentType : 'image/webp';
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, QUALITY));
  return blob && bytesOf(blob);
}

async function named(data: Uint8Array<ArrayBuffer>): Promise<Taken> {
  const read = readPicture(data);
  if (read.kind === 'refused') return read;
  const hash = await createSha256();
  hash.update(data);
  const source = v.parse(SourceImageSchema, {
    id: uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10))),
    sha256: await hash.hex(),
    bytes: data.length,
    ...read.picture,
  });
  return { kind: 'taken', source, data: data.buffer };
}
