import { resolve } from 'node:path';
import * as v from 'valibot';
import { LOG_LEVELS } from '../log.ts';

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
const oneOf = <const Options extends readonly [string, ...string[]]>(options: Options, fallback: Options[number]) =>
  v.optional(v.picklist(options, `must be one of ${options.join(', ')}`), fallback);

const EnvSchema = v.pipe(
  v.object({
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
    VIDEO_PROVIDER: oneOf(['local', 'wavespeed', 'fal', 'replicate'], 'local'),
    WAVESPEED_API_KEY: text,
    WAVESPEED_WEBHOOK_SECRET: text,
    WAVESPEED_BASE_URL: v.optional(httpUrl),
    FAL_API_KEY: text,
    FAL_WEBHOOK_SECRET: text,
    FAL_BASE_URL: v.optional(httpUrl),
    REPLICATE_API_KEY: text,
    REPLICATE_WEBHOOK_SECRET: text,
    REPLICATE_BASE_URL: v.optional(httpUrl),
    MEDIA_STORE: oneOf(['fs', 's3'], 'fs'),
    S3_ENDPOINT: v.optional(httpUrl),
    S3_BUCKET: text,
    S3_REGION: text,
    S3_ACCESS_KEY_ID: text,
    S3_SECRET_ACCESS_KEY: text,
    LOG_LEVEL: oneOf(LOG_LEVELS, 'info'),
  }),
  v.forward(
    v.check(
      ({ BETTER_AUTH_SECRET, DATABASE_URL }) => BETTER_AUTH_SECRET !== undefined || isEmbedded(DATABASE_URL),
      'is required with a database that is not a file',
    ),
    ['BETTER_AUTH_SECRET'],
  ),
  v.forward(
    v.check(({ VIDEO_PROVIDER }) => VIDEO_PROVIDER === 'local', 'is not available in this version, only local is'),
    ['VIDEO_PROVIDER'],
  ),
  v.forward(
    v.check(({ MEDIA_STORE }) => MEDIA_STORE === 'fs', 'is not available in this version, only fs is'),
    ['MEDIA_STORE'],
  ),
);

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
  const not = value === undefined || SECRETS.test(name) ? '' : `, not ${JSON.stringify(value)}`;
  return { ok: false, problem: `${name} ${issue.message}${not}` };
}

/** Whether the database is a file of this process. */
export function isEmbedded(databaseUrl: string | undefined): boolean {
  return databaseUrl === undefined || databaseUrl.startsWith('file:');
}

function isOrigin(url: string): boolean {
  return new URL(url).pathname === '/' && !url.includes('?') && !url.includes('#');
}
