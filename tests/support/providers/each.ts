import type { VideoProvider } from '../../../server/generation/provider.ts';
import { createFalProvider } from '../../../server/generation/providers/fal/fal.ts';
import { createReplicateProvider } from '../../../server/generation/providers/replicate/replicate.ts';
import { createWaveSpeedProvider } from '../../../server/generation/providers/wavespeed/wavespeed.ts';
import { FAL, FAL_KEY } from './fal.ts';
import { REPLICATE, REPLICATE_KEY, REPLICATE_SECRET } from './replicate.ts';
import type { Dialect } from './stand-in.ts';
import { WAVESPEED, WAVESPEED_KEY, WAVESPEED_SECRET } from './wavespeed.ts';

/** One provider: how it speaks, the adapter for it, and the shapes that its outputs come in. */
export interface Kind {
  readonly dialect: Dialect;
  readonly create: (url: string, clock?: () => number) => VideoProvider;
  /** The environment of a server that uses the stand-in. */
  readonly env: (url: string) => Readonly<Record<string, string>>;
  /** What the documentation says, and what was seen besides it. */
  readonly outputs: readonly (readonly [string, (...urls: string[]) => unknown])[];
}

const after = (ms: number, run: () => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};
const deps = (clock: () => number) => ({ fetch, after, clock });

export const KINDS: readonly Kind[] = [
  {
    dialect: WAVESPEED,
    create: (baseUrl, clock = Date.now) =>
      createWaveSpeedProvider(deps(clock), { apiKey: WAVESPEED_KEY, webhookSecret: WAVESPEED_SECRET, baseUrl }),
    env: (url) => ({
      VIDEO_PROVIDER: 'wavespeed',
      WAVESPEED_API_KEY: WAVESPEED_KEY,
      WAVESPEED_WEBHOOK_SECRET: WAVESPEED_SECRET,
      WAVESPEED_BASE_URL: url,
    }),
    outputs: [
      ['a list of URLs', (...urls) => urls],
      ['a list of objects', (...urls) => urls.map((url) => ({ url, content_type: 'video/mp4', duration: 5 }))],
      ['a list with what cannot be read', (...urls) => [...urls, '', null, { note: 'held back' }]],
    ],
  },
  {
    dialect: FAL,
    create: (url, clock = Date.now) =>
      createFalProvider(deps(clock), { apiKey: FAL_KEY, queueUrl: url, restUrl: url, platformUrl: url }),
    env: (url) => ({ VIDEO_PROVIDER: 'fal', FAL_API_KEY: FAL_KEY, FAL_BASE_URL: url }),
    outputs: [
      ['a list of files', (...urls) => ({ videos: urls.map((url) => ({ url, content_type: 'video/mp4' })), seed: 7 })],
      [
        'a file and more',
        (...urls) => ({
          video: { url: urls[0] },
          videos: urls.slice(1),
          thumbnail: { url: 'https://a.example/t.png' },
        }),
      ],
    ],
  },
  {
    dialect: REPLICATE,
    create: (baseUrl, clock = Date.now) =>
      createReplicateProvider(deps(clock), { apiKey: REPLICATE_KEY, webhookSecret: REPLICATE_SECRET, baseUrl }),
    env: (url) => ({
      VIDEO_PROVIDER: 'replicate',
      REPLICATE_API_KEY: REPLICATE_KEY,
      REPLICATE_WEBHOOK_SECRET: REPLICATE_SECRET,
      REPLICATE_BASE_URL: url,
    }),
    outputs: [
      ['a URL, or a list', (...urls) => (urls.length === 1 ? urls[0] : urls)],
      ['an object', (...urls) => ({ video: urls[0], videos: urls.slice(1) })],
    ],
  },
];

/** @throws where there is no such provider */
export function kindOf(dialect: Dialect): Kind {
  const kind = KINDS.find((one) => one.dialect === dialect);
  if (!kind) throw new Error(`there is no adapter for ${dialect.name}`);
  return kind;
}
