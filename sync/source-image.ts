import * as v from 'valibot';
import { SourceIdSchema } from './ids.ts';

export const MAX_SOURCE_BYTES = 10 * 1024 * 1024;
export const MIN_SOURCE_SIDE = 64;
export const MAX_SOURCE_SIDE = 8192;

const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
const side = v.pipe(v.number(), v.safeInteger(), v.minValue(MIN_SOURCE_SIDE), v.maxValue(MAX_SOURCE_SIDE));

/** A picture as a generation names it; its bytes travel by themselves. [GEN-3] */
export const SourceImageSchema = v.object({
  id: SourceIdSchema,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  contentType: v.picklist(PICTURE_TYPES),
  bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_SOURCE_BYTES)),
  width: side,
  height: side,
});
export type SourceImage = v.InferOutput<typeof SourceImageSchema>;

/** What a file's own bytes say that it is, whatever it is called. */
export type Picture = Pick<SourceImage, 'contentType' | 'width' | 'height'>;

/** Why a file is taken for no source image; it is the same on a device and on the server. */
export type PictureProblem = 'not_a_picture' | 'too_large' | 'too_small' | 'too_wide';

export function readPicture(
  bytes: Uint8Array,
): { readonly kind: 'ok'; readonly picture: Picture } | { readonly kind: 'refused'; readonly problem: PictureProblem } {
  if (bytes.length > MAX_SOURCE_BYTES) return { kind: 'refused', problem: 'too_large' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let picture: Picture | null;
  try {
    picture = pngSize(view) ?? jpegSize(view) ?? webpSize(view);
  } catch (error) {
    // Cut off within its head.
    if (!(error instanceof RangeError)) throw error;
    picture = null;
  }
  if (picture === null) return { kind: 'refused', problem: 'not_a_picture' };
  const { width, height } = picture;
  if (Math.min(width, height) < MIN_SOURCE_SIDE) return { kind: 'refused', problem: 'too_small' };
  if (Math.max(width, height) > MAX_SOURCE_SIDE) return { kind: 'refused', problem: 'too_wide' };
  return { kind: 'ok', picture };
}

/** The picture that a generation is made of; null without one. */
export function sourceOf({ params }: { readonly params: Readonly<Record<string, unknown>> }): SourceImage | null {
  const parsed = v.safeParse(SourceImageSchema, params.sourceImage);
  return parsed.success ? parsed.output : null;
}

function text(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}

function pngSize(view: DataView): Picture | null {
  if (view.getUint32(0) !== 0x89504e47 || view.getUint32(4) !== 0x0d0a1a0a || text(view, 12) !== 'IHDR') return null;
  return { contentType: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
}

/** Frame headers, but for those of tables that are numbered among them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function jpegSize(view: DataView): Picture | null {
  if (view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    if (isFrame(marker))
      return { contentType: 'image/jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    // A filler before a marker has no length.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}

function webpSize(view: DataView): Picture | null {
  if (text(view, 0) !== 'RIFF' || text(view, 8) !== 'WEBP') return null;
  const sized = (width: number, height: number): Picture => ({ contentType: 'image/webp', width, height });
  const at24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
  switch (text(view, 12)) {
    case 'VP8 ':
      return sized(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 'VP8X':
      return sized(at24(24) + 1, at24(27) + 1);
    default:
      return null;
  }
}
