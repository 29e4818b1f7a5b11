import { resolve } from 'node:path';
import * as v from 'valibot';
import { LOG_LEVELS } from '../log.ts';
import type { S3Config } from '../media/s3/client.ts';
import type { VapidKeys } from '../push/vapid.ts';

/** What the process was told; every name is checked before anything starts. */
export type Env = v.InferOutput<typeof EnvSchema>;

const text = v.optional(v.pipe(v.string(), v.nonEmpty('must not be empty')));
const httpUrl = v.pipe(
  v.string(),
  v.check((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol), 'must be an http or https URL'),
);
const bound = (fallback: number, max: number) =>
  v.optional(
    v.pipe(
      v.string(),
      v.check((digits) => /^\d+$/.test(digits) && Number(digits) <= max, `must be a whole number from 0 to ${max}`),
      v.transform(Number),
    ),
    String(fallback),
  );
const limit = v.optional(
  v.pipe(
    v.string(),
    v.check((digits) => /^\d{1,6}$/.test(digits), 'must be a whole number; 0 for no limit'),
    v.transform(Number),
  ),
);
const oneOf = <const Options extends readonly [string, ...string[]]>(options: Options, fallback: Options[number]) =>
  v.optional(v.picklist(options, `must be one of ${options.join(', ')}`), fallback);

const NamesSchema = v.object({
  PORT: bound(3000, 65_535),
  HOST: v.optional(v.pipe(v.string(), v.regex(/^[\w.:-]+$/, 'must be a host name or an address')), '127.0.0.1'),
  DATA_DIR: v.optional(
    v.pipe(
      v.string(),
      v.nonEmpty('must not be empty'),
      v.transform((path) => resolve(path)),
    ),
    './data',
  ),
  DATABASE_URL: v.optional(
    v.pipe(v.string(), v.regex(/^(libsql|https?|file):.+/, 'must be a libsql:, http:, https: or file: URL')),
  ),
  DATABASE_AUTH_TOKEN: text,
  PUBLIC_URL: v.optional(
    v.pipe(
      httpUrl,
      v.check(isOrigin, 'must be an origin, without a path'),
      v.transform((url) => new URL(url).origin),
    ),
  ),
  METRICS_TOKEN: v.optional(v.pipe(v.string(), v.minLength(16, 'must have at least 16 characters'))),
  BETTER_AUTH_SECRET: v.optional(v.pipe(v.string(), v.minLength(32, 'must have at least 32 characters'))),
  VAPID_PUBLIC_KEY: v.optional(
    v.pipe(v.string(), v.regex(/^B[\w-]{86}$/, 'must be an uncompressed P-256 point in base64url')),
  ),
  VAPID_PRIVATE_KEY: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{43}$/, 'must be 32 bytes in base64url'))),
  VAPID_SUBJECT: v.optional(
    v.pipe(v.string(), v.regex(/^(mailto:.+@.+|https:\/\/.+)$/, 'must be a mailto: or https: URL')),
  ),
  VIDEO_PROVIDER: oneOf(['local', 'wavespeed', 'fal', 'replicate'], 'local'),
  WAVESPEED_API_KEY: text,
  WAVESPEED_WEBHOOK_SECRET: text,
  WAVESPEED_BASE_URL: v.optional(httpUrl),
  FAL_API_KEY: text,
  FAL_BASE_URL: v.optional(httpUrl),
  REPLICATE_API_KEY: text,
  REPLICATE_WEBHOOK_SECRET: text,
  REPLICATE_BASE_URL: v.optional(httpUrl),
  GENERATIONS_AT_ONCE: limit,
  GENERATIONS_PER_DAY: limit,
  MEDIA_STORE: oneOf(['fs', 's3'], 'fs'),
  S3_ENDPOINT: v.optional(
    v.pipe(
      httpUrl,
      v.check((url) => !/[?#@]/.test(url), 'must be a plain URL, without a query or a password'),
    ),
  ),
  S3_BUCKET: v.optional(v.pipe(v.string(), v.regex(/^[\w.-]{3,63}$/, 'must be the name of a bucket'))),
  S3_REGION: v.optional(v.pipe(v.string(), v.regex(/^[\w-]+$/, 'must be a region, such as us-east-1 or auto'))),
  S3_ACCESS_KEY_ID: text,
  S3_SECRET_ACCESS_KEY: text,
  LOG_LEVEL: oneOf(LOG_LEVELS, 'info'),
});

/** The key that each provider needs. */
const KEY_NAMES = {
  wavespeed: 'WAVESPEED_API_KEY',
  fal: 'FAL_API_KEY',
  replicate: 'REPLICATE_API_KEY',
} as const;

const S3_NAMES = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;

const EnvSchema = v.pipe(
  NamesSchema,
  v.forward(
    v.check(
      ({ BETTER_AUTH_SECRET, DATABASE_URL }) => BETTER_AUTH_SECRET !== undefined || isEmbedded(DATABASE_URL),
      'is required with a database that is not a file',
    ),
    ['BETTER_AUTH_SECRET'],
  ),
  v.forward(
    v.check(
      ({ VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY }) => VAPID_PUBLIC_KEY === undefined || VAPID_PRIVATE_KEY !== undefined,
      'is required with VAPID_PUBLIC_KEY',
    ),
    ['VAPID_PRIVATE_KEY'],
  ),
  v.forward(
    v.check(
      ({ VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY }) => VAPID_PUBLIC_KEY !== undefined || VAPID_PRIVATE_KEY === undefined,
      'is required with VAPID_PRIVATE_KEY',
    ),
    ['VAPID_PUBLIC_KEY'],
  ),
  v.rawCheck<v.InferOutput<typeof NamesSchema>>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input = dataset.value;
    const missing = missingName(input);
    if (missing === null) return;
    const path = { type: 'object', origin: 'value', input, key: missing.name, value: undefined } as const;
    addIssue({ message: `is required with ${missing.because}`, path: [path] });
  }),
);

/** What another choice makes necessary. */
function missingName(env: v.InferOutput<typeof NamesSchema>) {
  const s3 = env.MEDIA_STORE === 's3' ? S3_NAMES.find((name) => env[name] === undefined) : undefined;
  if (s3 !== undefined) return { name: s3, because: 'MEDIA_STORE=s3' };
  if (env.VIDEO_PROVIDER === 'local' || env[KEY_NAMES[env.VIDEO_PROVIDER]] !== undefined) return null;
  return { name: KEY_NAMES[env.VIDEO_PROVIDER], because: `VIDEO_PROVIDER=${env.VIDEO_PROVIDER}` };
}

const SECRETS = /SECRET|TOKEN|KEY/;

/**
 * Reads the environment, or says in one line what is wrong with it. An empty value counts as none,
 * as Compose files and `.env` files write it.
 */
export function parseEnv(
  source: Readonly<Record<string, string | undefined>>,
): { readonly ok: true; readonly env: Env } | { readonly ok: false; readonly problem: string } {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const result = v.safeParse(EnvSchema, given, { abortPipeEarly: true });
  if (result.success) return { ok: true, env: result.output };
  const [issue] = result.issues;
  const name = v.getDotPath(issue) ?? 'environment';
  const value = given[name];
  const isSecret = SECRETS.test(name) || /\/\/[^/]*@/.test(value ?? '');
  const not = value === undefined || isSecret ? '' : `, not ${JSON.stringify(value)}`;
  return { ok: false, problem: `${name} ${issue.message}${not}` };
}

/** The bucket that videos are kept in; null where they are files. */
export function s3ConfigOf(env: Env): S3Config | null {
  if (env.MEDIA_STORE === 'fs') return null;
  const text = (name: (typeof S3_NAMES)[number]) => v.parse(v.string(), env[name]);
  return {
    endpoint: text('S3_ENDPOINT'),
    bucket: text('S3_BUCKET'),
    region: text('S3_REGION'),
    accessKeyId: text('S3_ACCESS_KEY_ID'),
    secretAccessKey: text('S3_SECRET_ACCESS_KEY'),
  };
}

/** The keys that push messages are signed with; null where none are given. */
export function vapidKeysOf({ VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY }: Env): VapidKeys | null {
  if (VAPID_PUBLIC_KEY === undefined || VAPID_PRIVATE_KEY === undefined) return null;
  return { publicKey: VAPID_PUBLIC_KEY, privateKey: VAPID_PRIVATE_KEY };
}

/** Whom a push service writes to when something is wrong. */
export function vapidSubjectOf({ VAPID_SUBJECT, PUBLIC_URL }: Env): string {
  if (VAPID_SUBJECT !== undefined) return VAPID_SUBJECT;
  return PUBLIC_URL?.startsWith('https:') ? PUBLIC_URL : 'mailto:operator@vidfab.invalid';
}

/** Whether the database is a file of this process. */
export function isEmbedded(databaseUrl: string | undefined): boolean {
  return databaseUrl === undefined || databaseUrl.startsWith('file:');
}

function isOrigin(url: string): boolean {
  return new URL(url).pathname === '/' && !url.includes('?') && !url.includes('#');
}
