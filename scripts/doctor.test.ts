import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newVapidKeys } from '../server/push/vapid.ts';
import { runScript } from '../tests/support/outcome.ts';
import { KINDS } from '../tests/support/providers/each.ts';
import { startStandIn } from '../tests/support/providers/stand-in.ts';
import { TEST_VAPID } from '../tests/support/push.ts';
import { startServer } from '../tests/support/server.ts';
import { storedVideos } from '../tests/support/server-files.ts';

let DATA_DIR: string;
beforeEach(async () => {
  DATA_DIR = await mkdtemp(join(tmpdir(), 'vidfab-doctor-'));
});
afterEach(() => rm(DATA_DIR, { recursive: true, force: true }));

const doctor = (env: Readonly<Record<string, string>> = {}) => runScript('doctor', { DATA_DIR, ...env });

test('before the first start all is well, a line for each, and nothing of it stays', async () => {
  const { code, stdout, stderr } = await doctor();
  expect({ code, stderr, lines: stdout.split('\n') }).toEqual({
    code: 0,
    stderr: '',
    lines: [
      'ok      configuration: local makes the videos, fs keeps them',
      'ok      database: none yet; the first start makes it',
      'ok      media store: written, read and deleted',
      'skipped clock: there is no other clock to compare it with',
      'skipped provider key: local needs none',
      'skipped webhooks: local sends none',
      'ok      notifications: no keys yet; the first start makes them',
      '',
    ],
  });
  expect(storedVideos(DATA_DIR)).toEqual([]);
});

test('a wrong configuration is said in one line, and ends with 1', async () => {
  expect(await doctor({ VIDEO_PROVIDER: 'fal' })).toEqual({
    code: 1,
    stdout: 'FAILED  configuration: FAL_API_KEY is required with VIDEO_PROVIDER=fal\n',
    stderr: '',
  });
});

test.each(KINDS)(
  'with $dialect.name: key, clock and webhooks of the running server, for nothing',
  async ({ dialect, env }) => {
    await using standIn = await startStandIn(dialect);
    await using server = await startServer({ env: { DATA_DIR, ...env(standIn.url) } });
    const { code, stdout } = await doctor({ ...env(standIn.url), PUBLIC_URL: server.url });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /ok {6}database: read, written, foreign keys whole\n.*\nok {6}clock: \d s from .*\nok {6}provider key: .* takes the key\nok {6}webhooks: .* refuses what is not signed\nok {6}notifications: the keys are a pair; 0 browsers have subscribed\n$/,
      ),
    });
    expect(standIn.jobs.size).toBe(0);
  },
);

test('a wrong key, a server that is away and a clock that is off fail, each with its reason', async () => {
  const [kind] = KINDS;
  if (!kind) throw new Error('there are no providers');
  await using standIn = await startStandIn(kind.dialect);
  const wrong = { ...kind.env(standIn.url), WAVESPEED_API_KEY: 'wrong', PUBLIC_URL: 'http://127.0.0.1:9' };
  const { code, stdout } = await doctor(wrong);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^FAILED {2}provider key: WaveSpeed answered 401$/m);
  expect(stdout).toMatch(/^FAILED {2}webhooks: .+$/m);
  expect(stdout).not.toContain('wrong');
  const preload = `data:text/javascript,const{now}=Date;Date.now=()=>now()-90000`;
  const late = await runScript('doctor', { DATA_DIR, ...wrong, NODE_OPTIONS: `--import=${preload}` });
  expect(late.stdout).toMatch(/^FAILED {2}clock: \d\d s from the clock of 127.0.0.1:\d+; signatures need it right$/m);
});

test('a database that is none fails', async () => {
  await writeFile(join(DATA_DIR, 'vidfab.db'), 'this is no database, and was never one');
  const { code, stdout } = await doctor();
  expect(code).toBe(1);
  expect(stdout).toMatch(/^FAILED {2}database: .*not a database/m);
});

test('a broken foreign key is named', async () => {
  await (await startServer({ env: { DATA_DIR } })).stop();
  const db = createClient({ url: `file:${join(DATA_DIR, 'vidfab.db')}` });
  await db.execute('PRAGMA foreign_keys = OFF');
  await db.execute(
    `INSERT INTO session (id, expires_at, token, created_at, updated_at, user_id) VALUES ('s', 1, 't', 1, 1, 'nobody')`,
  );
  db.close();
  expect((await doctor()).stdout).toMatch(
    /^FAILED {2}database: a row of session names one of user that is not there$/m,
  );
});

test('a media store that is no place to write fails', async () => {
  await writeFile(join(DATA_DIR, 'media'), 'in the way');
  await chmod(join(DATA_DIR, 'media'), 0o400);
  const { code, stdout } = await doctor();
  expect([code, stdout]).toEqual([1, expect.stringMatching(/^FAILED {2}media store: /m)]);
});

describe('the keys of notifications', () => {
  const notifications = async (env: Readonly<Record<string, string>> = {}) =>
    (await doctor(env)).stdout.split('\n').find((line) => line.includes('notifications'));
  const own = { VAPID_PUBLIC_KEY: TEST_VAPID.publicKey, VAPID_PRIVATE_KEY: TEST_VAPID.privateKey };

  async function subscribed(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await (await startServer({ env: { DATA_DIR, ...env } })).stop();
    const db = createClient({ url: `file:${join(DATA_DIR, 'vidfab.db')}` });
    await db.execute(`INSERT OR IGNORE INTO push_subscription (endpoint, user_id, p256dh, auth, since, seen_at)
      VALUES ('https://push.example/1', 'ada', 'p', 'a', 1, 1)`);
    db.close();
  }

  test('have to be a pair', async () => {
    const other = (await newVapidKeys()).privateKey;
    expect(await notifications(own)).toMatch(/^ok .*a pair/);
    expect(await notifications({ ...own, VAPID_PRIVATE_KEY: other })).toMatch(
      /^FAILED .*not the one of the public key$/,
    );
  });

  test('have to be those that browsers subscribed with', async () => {
    await subscribed();
    expect(await notifications()).toMatch(/^ok .*a pair; 1 browser has subscribed$/);
    expect(await notifications(own)).toMatch(/^FAILED .*1 browser has subscribed with other keys/);
    await rm(join(DATA_DIR, 'vapid-keys'));
    expect(await notifications()).toMatch(/^FAILED .*there are no keys to send with$/);
    // Who starts with others all the same is told so, and is known by them from then on.
    const server = await startServer({ env: { DATA_DIR, ...own } });
    await server.stop();
    expect(server.log()).toContain('browsers subscribed with other push keys');
    expect(await notifications(own)).toMatch(/^ok /);
  });
});
