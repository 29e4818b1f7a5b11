import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keptSecret, keptVapidKeys } from './secret.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vidfab-secret-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test.each([
  ['auth-secret', keptSecret],
  ['vapid-keys', keptVapidKeys],
])('%s is made once, by whoever is first of many, and only its owner reads it', async (name, kept) => {
  const made = await Promise.all([kept(directory), kept(directory), kept(directory)]);
  expect(made).toEqual([made[0], made[0], made[0]]);
  expect(await kept(directory)).toEqual(made[0]);
  expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
});
