import * as v from 'valibot';
import { VideoIdSchema } from '../../../sync/ids.ts';

const MAX_CHARACTERS = 4096;
const TITLE_CHARACTERS = 200;

/**
 * What the creator of an upload says of the file, in the header `Upload-Metadata` of tus:
 * comma-separated pairs of a key and, in base64 of UTF-8, a value. Keys that nobody here knows are
 * let through.
 */
export const UploadMetadataSchema = v.pipe(
  v.string(),
  v.maxLength(MAX_CHARACTERS, `must have at most ${MAX_CHARACTERS} characters`),
  v.transform(decodeHeader),
  v.object(
    {
      /** The video that these are the bytes of; without one a new one is made of them. */
      videoId: v.optional(VideoIdSchema),
      filename: v.optional(v.string()),
      filetype: v.optional(v.pipe(v.string(), v.maxLength(200))),
      /** Of the whole file. */
      sha256: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex'))),
    },
    'must be pairs of a key of its own and a value in base64',
  ),
);
export type UploadMetadata = v.InferOutput<typeof UploadMetadataSchema>;

/** The name of a file without its path, its extension and what no title has in it; null where nothing is left. */
export function titleOf({ filename }: UploadMetadata): string | null {
  const name = (filename ?? '').split(/[/\\]/).at(-1) ?? '';
  const plain = name.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  const title = plain.replace(/(?<=.)\.\w{1,5}$/u, '');
  return [...title].slice(0, TITLE_CHARACTERS).join('').trim() || null;
}

/** Null where it is none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Null where it cannot be read, or says something twice. */
function decodeHeader(header: string): unknown {
  const pairs = header.split(',').map((pair) => pair.trim());
  const entries = pairs.filter((pair) => pair !== '').map(decodePair);
  const read = entries.filter((entry) => entry !== null);
  const isClear = read.length === entries.length && new Set(read.map(([key]) => key)).size === read.length;
  return isClear ? Object.fromEntries(read) : null;
}

function decodePair(pair: string): readonly [key: string, value: string] | null {
  const [key = '', value = '', ...rest] = pair.split(' ');
  const bytes = fromBase64(value);
  if (rest.length > 0 || !/^[!-~]+$/.test(key) || bytes === null) return null;
  try {
    return [key, new TextDecoder('utf-8', { fatal: true }).decode(bytes)];
  } catch {
    return null;
  }
}
