/** The rows that every peer gets: the same contents, random where a real library is random. Runs in pages and servers. */

export interface BenchVideo {
  readonly id: string;
  readonly origin: string;
  readonly generationId: string;
  readonly outputIndex: number;
  readonly provider: string;
  readonly model: string;
  readonly requestId: string;
  readonly originalUrl: string;
  readonly prompt: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly width: number;
  readonly height: number;
  readonly durationMs: number;
  readonly contentType: string;
  readonly thumbhash: string;
  readonly createdAt: number;
  readonly mediaState: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly posterAt: number;
  readonly storedAt: number;
  readonly codec: string;
}

const START = Date.UTC(2026, 0, 1);
const EVERY_MS = 67_000;

/** The same seed gives the same rows, oldest first. */
export function makeVideos(seed: number, count: number): BenchVideo[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => makeVideo(random, START + index * EVERY_MS));
}

function makeVideo(random: () => number, createdAt: number): BenchVideo {
  const below = (n: number) => Math.floor(random() * n);
  const hex = (length: number) => Array.from({ length }, () => below(16).toString(16)).join('');
  const pick = <T>([first, ...others]: readonly [T, ...T[]]): T => others[below(others.length + 1)] ?? first;
  const [width, height] = pick(SIZES);
  const seconds = pick([3, 5, 8, 10]);
  const requestId = hex(32);
  const [provider, model] = pick(MODELS);
  return {
    id: uuid(createdAt, hex(20)),
    origin: 'generated',
    generationId: uuid(createdAt - 40_000, hex(20)),
    outputIndex: 0,
    provider,
    model,
    requestId,
    originalUrl: `https://d1q70pf5vjeyhc.example.com/predictions/${requestId}/${hex(8)}.mp4`,
    prompt: makePrompt(below),
    params: { seed: below(2 ** 31), duration: seconds, size: `${width}*${height}`, guidance: 5 },
    width,
    height,
    durationMs: seconds * 1000 + below(120),
    contentType: 'video/mp4',
    thumbhash: Array.from({ length: 34 }, () => BASE64[below(64)]).join(''),
    createdAt,
    mediaState: 'stored',
    bytes: 400_000 + below(8_000_000),
    sha256: hex(64),
    posterAt: createdAt + 3_000 + below(5_000),
    storedAt: createdAt + 2_000 + below(5_000),
    codec: 'avc1.640028',
  };
}

/** About 120 characters. */
function makePrompt(below: (n: number) => number): string {
  let prompt = '';
  while (prompt.length < 116) prompt += `${prompt && ' '}${WORDS[below(WORDS.length)]}`;
  return prompt;
}

/** A UUIDv7 with given random digits. */
function uuid(ms: number, digits: string): string {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits.slice(0, 3)}-8${digits.slice(3, 6)}-${digits.slice(6, 18)}`;
}

/** mulberry32: small, and the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
type Pairs<T> = readonly [readonly [T, T], ...(readonly [T, T])[]];
const SIZES: Pairs<number> = [
  [1280, 720],
  [720, 1280],
  [1920, 1080],
  [640, 360],
];
const MODELS: Pairs<string> = [
  ['wavespeed', 'wavespeed-ai/wan-2.2/t2v-720p'],
  ['fal', 'fal-ai/veo3/fast'],
  ['replicate', 'minimax/hailuo-02'],
];

/** 2,048 words of two syllables and more: eleven random bits each. */
const SYLLABLES = 'ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu bra cle dro fli gre sta'.split(' ');
const WORDS: readonly string[] = Array.from({ length: 2048 }, (_, n) => {
  const part = (k: number) => SYLLABLES[k % SYLLABLES.length] ?? '';
  return `${part(n)}${part(Math.floor(n / 26) * 7 + n)}${n % 3 === 0 ? part(Math.floor(n / 3) + 11) : ''}${'nlrst'[n % 5]}`;
});
