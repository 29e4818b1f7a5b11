import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeVideo } from '../support/make-video.ts';
import { type Outcome, runScript } from '../support/outcome.ts';
import { type Person, signUp } from '../support/person.ts';
import { type S3Server, startS3Server } from '../support/s3/s3-server.ts';
import { startServer, type TestServer } from '../support/server.ts';

let s3: S3Server;
let empty: string;
beforeAll(async () => {
  s3 = await startS3Server();
  empty = await mkdtemp(join(tmpdir(), 'vidfab-scrub-'));
});
afterAll(async () => {
  await s3[Symbol.asyncDispose]();
  await rm(empty, { recursive: true, force: true });
});

interface World extends AsyncDisposable {
  readonly server: TestServer;
  readonly person: Person;
  readonly env: Readonly<Record<string, string>>;
  /** The file that holds a blob. */
  readonly fileOf: (name: string) => string;
}

async function onFiles(): Promise<World> {
  const server = await startServer();
  const env = { DATA_DIR: server.dataDir };
  return worldOf(server, env, (name) => join(server.dataDir, 'media', name));
}

async function onS3(): Promise<World> {
  const bucket = await s3.newBucket();
  const server = await startServer({ env: s3.env(bucket) });
  return worldOf(server, { DATA_DIR: server.dataDir, ...s3.env(bucket) }, (name) => s3.fileOf(bucket, name));
}

async function worldOf(server: TestServer, env: World['env'], fileOf: World['fileOf']): Promise<World> {
  const person = await signUp((path, init) => fetch(server.url + path, init));
  return { server, person, env, fileOf, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

describe.each([
  ['files', onFiles],
  ['S3', onS3],
])('npm run scrub on %s', (_, open) => {
  test('beside a server that makes and purges videos finds nothing', async () => {
    await using world = await open();
    const prompts = ['A fox', 'A river', 'A city at night', 'Rain'];
    const working = Promise.all(prompts.map((prompt) => makeVideo(world.person, prompt)));
    let isDone = false;
    const made = working.finally(() => {
      isDone = true;
    });
    const outcomes: Outcome[] = [];
    while (!isDone) outcomes.push(await scrubOf(world));
    const [first] = await made;
    await world.person.fetch(`/api/video/${first?.id}?permanent=1`, { method: 'DELETE' });
    outcomes.push(await scrubOf(world, '--delete-orphans'));
    expect(outcomes.length).toBeGreaterThan(1);
    for (const { code, stdout, stderr } of outcomes) {
      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^Read \d videos \(\d\.\d MB\) and looked up \d+ files: all is well\n$/),
        stderr: '',
      });
    }
  });

  test('names each fault by its kind, and removes orphans when told to', async () => {
    await using world = await open();
    const [whole, rotten, lost] = [
      await makeVideo(world.person, 'One'),
      await makeVideo(world.person, 'Two'),
      await makeVideo(world.person, 'Three'),
    ];
    const nameOf = ({ id, sha256 }: typeof whole) => `${world.person.id}/${id}/${sha256}`;
    const film = await readFile(world.fileOf(nameOf(rotten)));
    film[film.length - 9] = (film[film.length - 9] ?? 0) ^ 1;
    await writeFile(world.fileOf(nameOf(rotten)), film);
    await rm(world.fileOf(nameOf(lost)));
    const orphan = `${world.person.id}/01a20a45-28cd-7a45-b87d-65f4a5106370/${'a'.repeat(64)}`;
    const file = world.fileOf(orphan);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, 'left behind');
    const longAgo = new Date(Date.now() - 72 * 3_600_000);
    await utimes(file, longAgo, longAgo);

    const told = await scrubOf(world);
    expect([told.code, told.stderr]).toEqual([1, '']);
    const lines = told.stdout.trimEnd().split('\n');
    expect(lines.slice(0, -1).sort()).toEqual([
      `missing ${nameOf(lost)}: there is no such file`,
      `orphan ${orphan}: nothing in the database names it, 11 bytes`,
      expect.stringMatching(
        new RegExp(`^rot ${nameOf(rotten)}: its ${film.length} bytes, .* now hash to [0-9a-f]{64}$`),
      ),
    ]);
    expect(lines.at(-1)).toMatch(/^Read 3 videos \(\d\.\d MB\) and looked up \d+ files: 1 rot, 1 missing, 1 orphan$/);

    const json = await scrubOf(world, '--json', '--delete-orphans');
    const objects = json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(json.code).toBe(1);
    expect(objects.at(-1)).toMatchObject({ kind: 'summary', videos: 3, rot: 1, missing: 1, unreadable: 0, orphan: 1 });
    expect(objects).toContainEqual({ kind: 'orphan', name: orphan, message: expect.stringMatching(/; removed$/) });
    expect(await readdir(dirname(file)).catch(() => [])).toEqual([]);

    const after = await scrubOf(world);
    expect([after.code, after.stdout]).toEqual([1, expect.not.stringContaining('orphan')]);
    expect((await world.person.fetch(`/media/${whole.id}`)).status).toBe(200);
  });
});

describe('npm run scrub', () => {
  test('where there is no database says so, makes none, and ends with 2', async () => {
    const DATA_DIR = join(empty, 'nowhere');
    expect(await runScript('scrub', { DATA_DIR })).toEqual({
      code: 2,
      stdout: '',
      stderr: `vidfab: there is no database at ${join(DATA_DIR, 'vidfab.db')}\n`,
    });
    expect(await readdir(empty)).toEqual([]);
  });

  test.each([
    [{ MEDIA_STORE: 's3' }, /^vidfab: S3_ENDPOINT is required with MEDIA_STORE=s3\n$/],
    [{ PORT: 'abc' }, /^vidfab: PORT must be a whole number/],
  ])('with %j ends with 2', async (env, line) => {
    const { code, stdout, stderr } = await runScript('scrub', { DATA_DIR: empty, ...env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(line);
  });

  test('with its store away ends with 2, and calls nothing missing', async () => {
    await using world = await onS3();
    const env = { ...world.env, S3_ENDPOINT: 'http://127.0.0.1:9' };
    const { code, stdout, stderr } = await runScript('scrub', env);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^vidfab: S3 gave no answer: .*\n$/);
  });

  test('leaves alone what is staged', async () => {
    await using world = await onFiles();
    const staged = world.fileOf('.staging/dead');
    await writeFile(staged, 'half');
    const anHourAgo = new Date(Date.now() - 3_600_000);
    await utimes(staged, anHourAgo, anHourAgo);
    expect((await scrubOf(world)).code).toBe(0);
    expect(await readFile(staged, 'utf8')).toBe('half');
  });
});

function scrubOf(world: World, ...args: string[]): Promise<Outcome> {
  return runScript('scrub', world.env, ...args);
}
