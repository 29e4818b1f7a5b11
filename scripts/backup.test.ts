import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@libsql/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PROTOCOL } from '../sync/protocol.ts';
import { runScript } from '../tests/support/outcome.ts';
import { type Person, signUp } from '../tests/support/person.ts';
import { startServer, type TestServer } from '../tests/support/server.ts';
import { openFile } from './database-file.ts';

const PUSHED = 25;
const SLOW = { timeout: 120_000 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vidfab-backup-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('npm run backup', SLOW, () => {
  test('of a server that takes writes is whole, consistent and without an epoch', async () => {
    await using server = await startServer();
    const person = await signUpOn(server);
    await using writer = writeOnAndOn(person);
    await expect.poll(writer.batches, { timeout: 30_000 }).toBeGreaterThan(2);
    for (const name of ['first.db', 'second.db', 'third.db']) {
      const before = writer.batches();
      const { code, stdout } = await run('backup', server, join(folder, name));
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^Backed up \d+ videos, 0 generations, 1 people to \S+ \(\d+\.\d MB\)\n$/),
      });
      const batches = await inside(join(folder, name), async (db) => {
        expect(await cell(db, 'PRAGMA integrity_check')).toBe('ok');
        expect(await cell(db, `SELECT value FROM meta WHERE key = 'epoch'`)).toBe('');
        expect(await cell(db, 'SELECT count(*) FROM user_head WHERE epoch IS NOT NULL')).toBe(0);
        // A push is one transaction: none is there by half, and the head is that of the last one.
        const { rows } = await db.execute(
          `SELECT creation ->> '$.prompt' AS prompt, count(*) AS n FROM video GROUP BY 1 ORDER BY min(rev)`,
        );
        expect(rows.map(({ prompt, n }) => [prompt, n])).toEqual(rows.map((_, index) => [`batch ${index}`, PUSHED]));
        expect(await cell(db, 'SELECT rev - (SELECT max(rev) FROM video) FROM user_head')).toBe(0);
        return rows.length;
      });
      expect(batches).toBeGreaterThanOrEqual(before);
    }
    expect((await readdir(folder)).sort()).toEqual(['first.db', 'second.db', 'third.db']);
  });

  test('goes into DATA_DIR where no file is named, for its owner alone', async () => {
    await using server = await startServer();
    expect((await run('backup', server)).code).toBe(0);
    const [name, ...others] = await readdir(join(server.dataDir, 'backups'));
    expect(others).toEqual([]);
    expect(name).toMatch(/^vidfab-\d{8}T\d{6}Z\.db$/);
    expect((await stat(join(server.dataDir, 'backups', String(name)))).mode & 0o777).toBe(0o600);
  });

  test('replaces nothing unless told to', async () => {
    await using server = await startServer();
    const file = join(folder, 'kept.db');
    await writeFile(file, 'mine');
    expect(await run('backup', server, file)).toEqual({
      code: 1,
      stdout: '',
      stderr: `vidfab: ${file} is there already; --force replaces it\n`,
    });
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect((await run('backup', server, '--force', file)).code).toBe(0);
    expect(await inside(file, (db) => cell(db, 'PRAGMA integrity_check'))).toBe('ok');
  });

  test.each(['backup', 'restore'])('of a database server: %s says what to use instead', async (script) => {
    const env = { DATABASE_URL: 'libsql://db.example', DATA_DIR: folder };
    const { code, stderr } = await runScript(script, env, 'any.db');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^vidfab: DATABASE_URL names a database server: use its own backups .*\n$/);
  });

  test('where there is no database says so, and makes none', async () => {
    const { code, stderr } = await runScript('backup', { DATA_DIR: folder });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `vidfab: there is no database at ${join(folder, 'vidfab.db')}\n`,
    });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('npm run restore', SLOW, () => {
  test('[PULL-5] brings back what was backed up, under a new epoch, and keeps what was there', async () => {
    await using server = await startServer({ env: { DATA_DIR: folder } });
    const person = await signUpOn(server);
    await push(person, 0);
    const epoch = await epochOf(person);
    const backup = join(folder, 'backup.db');
    expect((await run('backup', server, backup)).code).toBe(0);
    await push(person, 1);

    const refused = await run('restore', server, backup);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^vidfab: \S+ is in use: stop the server first, .*\n$/);
    await push(person, 2);

    // Its write-ahead log stays behind, with the newest rows in it.
    await server.kill();
    const original = await readFile(backup);
    const { code, stdout } = await run('restore', server, backup);
    expect(code).toBe(0);
    const kept = /kept as (\S+)/.exec(stdout)?.[1] ?? '';
    expect(await inside(kept, (db) => cell(db, 'SELECT count(*) FROM video'))).toBe(3 * PUSHED);
    expect(existsSync(join(folder, 'vidfab.db-wal'))).toBe(false);
    expect((await readFile(backup)).equals(original)).toBe(true);

    await server.restart();
    expect(await titles(person)).toBe(PUSHED);
    expect(await epochOf(person)).not.toBe(epoch);
  });

  test.each(['queued', 'submitting'])('[GEN-2] a %s generation is held, not submitted again', async (status) => {
    await using server = await startServer({ env: { DATA_DIR: folder } });
    const person = await signUpOn(server);
    const made = await person.send('POST', '/api/generations', { prompt: 'A boat', params: { duration: 3 } });
    const { data } = await made.json();
    await expect.poll(() => statusOf(person, data.id), { timeout: 60_000 }).toBe('succeeded');
    const backup = join(folder, 'backup.db');
    await run('backup', server, backup);
    // As if the backup had been made before it was submitted, or while it was.
    await inside(backup, (db) =>
      db.execute({
        sql: `UPDATE generation SET status = ?, outputs = NULL, completed_at = NULL, reference = NULL,
          request_id = NULL, next_at = 0, lease_until = 0`,
        args: [status],
      }),
    );
    await server.kill();
    await run('restore', server, backup);
    await server.restart();
    await expect.poll(() => statusOf(person, data.id), { timeout: 20_000 }).toBe('held');
  });

  test('blanks the epoch of a copy that was made by hand, its log included', async () => {
    await using server = await startServer({ env: { DATA_DIR: folder } });
    const person = await signUpOn(server);
    await push(person, 0);
    await server.kill();
    const copy = join(folder, 'copy.db');
    for (const suffix of ['', '-wal']) await copyFile(join(folder, `vidfab.db${suffix}`), `${copy}${suffix}`);
    expect((await run('restore', server, copy)).code).toBe(0);
    await inside(join(folder, 'vidfab.db'), async (db) => {
      expect(await cell(db, `SELECT value FROM meta WHERE key = 'epoch'`)).toBe('');
      expect(await cell(db, 'SELECT count(*) FROM video')).toBe(PUSHED);
    });
  });

  test('takes the place of a damaged database, which is kept', async () => {
    await using server = await startServer();
    const backup = join(folder, 'backup.db');
    await run('backup', server, backup);
    await server.kill();
    const damage = 'this is no database any more';
    await writeFile(join(server.dataDir, 'vidfab.db'), damage);
    // With its log SQLite would mend it.
    await rm(join(server.dataDir, 'vidfab.db-wal'));
    const { code, stdout } = await run('restore', server, backup);
    expect(code).toBe(0);
    expect(await readFile(/kept as (\S+)/.exec(stdout)?.[1] ?? '', 'utf8').catch(String)).toBe(damage);
    await server.restart();
    await signUpOn(server);
  });

  test.each([
    ['is damaged', (db: Client) => db.execute('DROP TABLE applied_migration'), /no such table: applied_migration/],
    [
      'is of a newer version',
      (db: Client) => db.execute(`INSERT INTO applied_migration VALUES ('9999_future.sql', 0)`),
      /it was made by a newer VidFab, with 9999_future\.sql/,
    ],
  ])('refuses what %s, and touches nothing', async (_case, spoil, reason) => {
    await using server = await startServer();
    const backup = join(folder, 'backup.db');
    await run('backup', server, backup);
    await inside(backup, spoil);
    await server.kill();
    const before = (await readdir(server.dataDir)).sort();
    const { code, stderr } = await run('restore', server, backup);
    expect(code).toBe(1);
    expect(stderr).toMatch(reason);
    expect((await readdir(server.dataDir)).sort()).toEqual(before);
  });

  test('refuses a file whose pages are broken', async () => {
    await using server = await startServer();
    const person = await signUpOn(server);
    for (let batch = 0; batch < 8; batch++) await push(person, batch);
    const backup = join(folder, 'backup.db');
    await run('backup', server, backup);
    const bytes = await readFile(backup);
    bytes.fill(0xff, 16_384, 65_536);
    await writeFile(backup, bytes);
    await server.kill();
    const { code, stderr } = await run('restore', server, backup);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot be restored: /);
    expect(await inside(join(server.dataDir, 'vidfab.db'), (db) => cell(db, 'SELECT count(*) FROM video'))).toBe(
      8 * PUSHED,
    );
  });
});

function signUpOn(server: TestServer): Promise<Person> {
  return signUp((path, init) => fetch(server.url + path, init));
}

/** Pushes as a device does, one batch after the other, until it is stopped. */
function writeOnAndOn(person: Person) {
  let batches = 0;
  let stopped = false;
  const run = (async () => {
    while (!stopped) {
      await push(person, batches);
      batches += 1;
    }
  })();
  return {
    batches: () => batches,
    [Symbol.asyncDispose]: () => {
      stopped = true;
      return run;
    },
  };
}

async function push(person: Person, batch: number): Promise<void> {
  const videos = Array.from({ length: PUSHED }, (_, index) => ({
    id: `01900000-0000-7000-8000-${String(batch * 1000 + index).padStart(12, '0')}`,
    create: { origin: 'generated', prompt: `batch ${batch}`, createdAt: 1_700_000_000_000 },
    set: {},
  }));
  const reply = await exchange(person, videos);
  expect(reply.results.filter(({ status }) => status === 'ok')).toHaveLength(PUSHED);
}

async function exchange(
  person: Person,
  videos: readonly object[],
): Promise<{ readonly epoch: string; readonly results: readonly { readonly status: string }[] }> {
  const reply = await person.send('POST', '/api/sync', {
    protocol: PROTOCOL,
    user: person.id,
    device: '0123456789abcdef',
    cursor: null,
    head: null,
    limit: 1,
    push: { videos, generations: [] },
  });
  expect(reply.status).toBe(200);
  return reply.json();
}

async function epochOf(person: Person): Promise<string> {
  return (await exchange(person, [])).epoch;
}

async function titles(person: Person): Promise<number> {
  const reply = await person.fetch('/api/user/videos?limit=1');
  return (await reply.json()).data.pagination.total;
}

async function statusOf(person: Person, id: string): Promise<string> {
  const reply = await person.fetch(`/api/generations/${id}`);
  return (await reply.json()).data.status;
}

function run(script: string, server: TestServer, ...args: string[]) {
  return runScript(script, { DATA_DIR: server.dataDir }, ...args);
}

async function inside<T>(path: string, read: (db: Client) => Promise<T>): Promise<T> {
  const db = openFile(path);
  try {
    return await read(db);
  } finally {
    db.close();
  }
}

async function cell(db: Client, sql: string): Promise<unknown> {
  const { rows } = await db.execute(sql);
  return rows[0]?.[0];
}
