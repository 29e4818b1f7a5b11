import type { JobOutput } from '../provider.ts';

/**
 * The files in what a provider says it made: a URL, an object with one, or a list of either. What
 * cannot be read is left out, so that the rest of a partial success is kept.
 */
export function outputsIn(value: unknown): readonly JobOutput[] {
  if (Array.isArray(value)) return value.flatMap(outputsIn);
  if (typeof value === 'string') return isUrl(value) && mayBeFilm(value, null) ? [{ ...UNMEASURED, url: value }] : [];
  if (typeof value !== 'object' || value === null) return [];
  const read = (name: string): unknown => Reflect.get(value, name);
  const url = ['url', 'video_url', 'uri'].map(read).find(isUrl);
  if (url === undefined) return NESTED.flatMap((name) => outputsIn(read(name)));
  const seconds = positive(read('duration'));
  const contentType = read('content_type');
  if (!mayBeFilm(url, contentType)) return [];
  return [
    {
      url,
      contentType: typeof contentType === 'string' && contentType.length <= 200 ? contentType : null,
      width: positive(read('width')),
      height: positive(read('height')),
      durationMs: seconds === null ? null : seconds * 1000,
      thumbhash: null,
    },
  ];
}

/** Where models put what they made; a thumbnail, a sound track or the source beside it is none of it. */
const NESTED = ['video', 'videos', 'output', 'outputs', 'result', 'results'];

const UNMEASURED = { contentType: null, width: null, height: null, durationMs: null, thumbhash: null };

/** Whether it is not said to be a sound or a picture; what else it is its bytes tell. */
function mayBeFilm(url: string, contentType: unknown): boolean {
  if (typeof contentType === 'string' && /^(audio|image)\//i.test(contentType)) return false;
  return !/\.(mp3|wav|m4a|aac|ogg|flac|png|jpe?g|webp)$/i.test(new URL(url).pathname);
}

function isUrl(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 4096 && /^https?:\/\//i.test(value) && URL.canParse(value);
}

function positive(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}
