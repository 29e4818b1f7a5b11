import { describe, expect, test } from 'vitest';
import { TEST_VAPID } from '../../tests/support/push.ts';
import { parseEnv } from './env.ts';

describe('the environment', () => {
  test('needs nothing to be set', () => {
    const parsed = parseEnv({});
    expect(parsed).toMatchObject({
      ok: true,
      env: { PORT: 3000, HOST: '127.0.0.1', VIDEO_PROVIDER: 'local', MEDIA_STORE: 'fs', LOG_LEVEL: 'info' },
    });
  });

  test('takes an empty value as none, and ignores what is not its own', () => {
    expect(parseEnv({ PORT: '', PUBLIC_URL: '', TERM: 'xterm' })).toMatchObject({ ok: true, env: { PORT: 3000 } });
  });

  test('reduces PUBLIC_URL to its origin', () => {
    expect(parseEnv({ PUBLIC_URL: 'https://videos.example/' })).toMatchObject({
      ok: true,
      env: { PUBLIC_URL: 'https://videos.example' },
    });
  });

  test.each([
    ['PORT', 'abc', 'PORT must be a whole number from 0 to 65535, not "abc"'],
    ['PORT', '65536', 'PORT must be a whole number from 0 to 65535, not "65536"'],
    ['PORT', '-1', 'PORT must be a whole number from 0 to 65535, not "-1"'],
    ['PORT', '3000.5', 'PORT must be a whole number from 0 to 65535, not "3000.5"'],
    ['HOST', 'http://x', 'HOST must be a host name or an address, not "http://x"'],
    ['DATABASE_URL', 'postgres://x', 'DATABASE_URL must be a libsql:, http:, https: or file: URL, not "postgres://x"'],
    ['PUBLIC_URL', 'videos.example', 'PUBLIC_URL must be an http or https URL, not "videos.example"'],
    [
      'PUBLIC_URL',
      'https://x.example/app',
      'PUBLIC_URL must be an origin, without a path, not "https://x.example/app"',
    ],
    ['METRICS_TOKEN', 'short', 'METRICS_TOKEN must have at least 16 characters'],
    ['BETTER_AUTH_SECRET', 'short', 'BETTER_AUTH_SECRET must have at least 32 characters'],
    ['VAPID_PUBLIC_KEY', 'x', 'VAPID_PUBLIC_KEY must be an uncompressed P-256 point in base64url'],
    ['VAPID_PRIVATE_KEY', 'x', 'VAPID_PRIVATE_KEY must be 32 bytes in base64url'],
    ['VAPID_PUBLIC_KEY', TEST_VAPID.publicKey, 'VAPID_PRIVATE_KEY is required with VAPID_PUBLIC_KEY'],
    ['VAPID_PRIVATE_KEY', TEST_VAPID.privateKey, 'VAPID_PUBLIC_KEY is required with VAPID_PRIVATE_KEY'],
    ['VAPID_SUBJECT', 'me', 'VAPID_SUBJECT must be a mailto: or https: URL, not "me"'],
    ['VIDEO_PROVIDER', 'sora', 'VIDEO_PROVIDER must be one of local, wavespeed, fal, replicate, not "sora"'],
    ['VIDEO_PROVIDER', 'wavespeed', 'WAVESPEED_API_KEY is required with VIDEO_PROVIDER=wavespeed'],
    ['VIDEO_PROVIDER', 'fal', 'FAL_API_KEY is required with VIDEO_PROVIDER=fal'],
    ['VIDEO_PROVIDER', 'replicate', 'REPLICATE_API_KEY is required with VIDEO_PROVIDER=replicate'],
    ['GENERATIONS_AT_ONCE', 'many', 'GENERATIONS_AT_ONCE must be a whole number; 0 for no limit, not "many"'],
    ['GENERATIONS_PER_DAY', '-1', 'GENERATIONS_PER_DAY must be a whole number; 0 for no limit, not "-1"'],
    ['WAVESPEED_BASE_URL', 'x', 'WAVESPEED_BASE_URL must be an http or https URL, not "x"'],
    ['FAL_BASE_URL', 'ftp://x', 'FAL_BASE_URL must be an http or https URL, not "ftp://x"'],
    ['REPLICATE_BASE_URL', 'x', 'REPLICATE_BASE_URL must be an http or https URL, not "x"'],
    ['MEDIA_STORE', 'ftp', 'MEDIA_STORE must be one of fs, s3, not "ftp"'],
    ['MEDIA_STORE', 's3', 'S3_ENDPOINT is required with MEDIA_STORE=s3'],
    ['S3_ENDPOINT', 'x', 'S3_ENDPOINT must be an http or https URL, not "x"'],
    ['S3_ENDPOINT', 'https://me:pass@x.example', 'S3_ENDPOINT must be a plain URL, without a query or a password'],
    ['S3_BUCKET', 'a/b', 'S3_BUCKET must be the name of a bucket, not "a/b"'],
    ['S3_REGION', 'us east', 'S3_REGION must be a region, such as us-east-1 or auto, not "us east"'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL must be one of debug, info, warn, error, silent, not "loud"'],
  ])('%s=%s is refused in one line', (name, value, problem) => {
    expect(parseEnv({ [name]: value })).toEqual({ ok: false, problem });
  });

  test('names each thing that S3 needs and does not have', () => {
    const whole = {
      S3_ENDPOINT: 'https://s3.example',
      S3_BUCKET: 'videos',
      S3_REGION: 'auto',
      S3_ACCESS_KEY_ID: 'me',
      S3_SECRET_ACCESS_KEY: 'secret',
    };
    expect(parseEnv({ MEDIA_STORE: 's3', ...whole }).ok).toBe(true);
    for (const name of Object.keys(whole)) {
      expect(parseEnv({ MEDIA_STORE: 's3', ...whole, [name]: '' })).toEqual({
        ok: false,
        problem: `${name} is required with MEDIA_STORE=s3`,
      });
    }
    expect(parseEnv({ ...whole, S3_BUCKET: '' }).ok).toBe(true);
  });

  test('never repeats a secret', () => {
    const parsed = parseEnv({ BETTER_AUTH_SECRET: 'hunter2' });
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });

  test('wants a secret of its own for a database that others share', () => {
    expect(parseEnv({ DATABASE_URL: 'libsql://db.example' })).toEqual({
      ok: false,
      problem: 'BETTER_AUTH_SECRET is required with a database that is not a file',
    });
    expect(parseEnv({ DATABASE_URL: 'file:/tmp/x.db' }).ok).toBe(true);
    expect(parseEnv({ DATABASE_URL: 'libsql://db.example', BETTER_AUTH_SECRET: 'x'.repeat(32) }).ok).toBe(true);
  });
});
