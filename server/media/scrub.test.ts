import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { uuidv7, type VideoId, VideoIdSchema } from '../../sync/ids.ts';
import { ALICE, answer, createJobsWorld, FILM, FILM_SHA256, type JobsWorld } from '../../tests/support/jobs-world.ts';
import { type BlobStore, posterKey } from './blob-store/blob-store.ts';
import { type ScrubDeps, scrub } from './scrub.ts';
import type { Finding } from './scrub-finding.ts';

const HOUR = 60 * 60_000;

let world: JobsWorld;
beforeEach(async () => {
  world = await createJobsWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

describe('a stored video', () => {
  test('as it was stored is passed over in silence', async () => {
    await storeVideo();
    await storeVideo();
    expect(await scrubbed()).toEqual({ findings: [], videos: 2, bytes: 2 * FILM.length, entries: 4 });
  });

  test.each([
    ['a flipped bit', flipBit],
    ['a byte too few', (path: string) => truncate(path, FILM.length - 1)],
    ['no bytes', (path: string) => truncate(path, 0)],
  ])('with %s is named as rot, and no other', async (_, damage) => {
    await storeVideo();
    const id = await storeVideo();
    await damage(await fileOf(`${id}/${FILM_SHA256}`));
    const { findings } = await scrubbed();
    expect(findings).toEqual([
      {
        kind: 'rot',
        name: `alice/${id}/${FILM_SHA256}`,
        message: expect.stringMatching(/^its \d+ bytes, once 1354, now /),
      },
    ]);
  });

  test('whose file or picture is gone is missing', async () => {
    const [film, poster] = [await storeVideo(), await storeVideo()];
    await rm(await fileOf(`${film}/${FILM_SHA256}`));
    await rm(await fileOf(`${poster}/poster`));
    const { findings } = await scrubbed();
    expect(byName(findings)).toEqual({
      [`alice/${film}/${FILM_SHA256}`]: 'missing',
      [`alice/${poster}/poster`]: 'missing',
    });
  });

  test('that cannot be read is named, and the others are read', async () => {
    await storeVideo();
    const id = await storeVideo();
    const blobs: BlobStore = {
      ...world.blobs,
      read: (key) => (key.includes(id) ? Promise.resolve(broken('EIO: i/o error, read')) : world.blobs.read(key)),
    };
    expect(await scrubbed({ blobs })).toMatchObject({
      findings: [{ kind: 'unreadable', message: 'EIO: i/o error, read' }],
      videos: 2,
      bytes: FILM.length,
    });
  });

  test('whose row is damaged is named, and holds up no other', async () => {
    const [bad] = [await storeVideo(), await storeVideo()];
    await world.sql('UPDATE video SET sha256 = NULL WHERE id = ?', [bad]);
    const { findings, bytes } = await scrubbed();
    expect(byName(findings)).toMatchObject({ [`alice/${bad}`]: 'missing' });
    expect(bytes).toBe(FILM.length);
  });

  test('purged while it was read is no finding', async () => {
    const id = await storeVideo();
    const blobs: BlobStore = {
      ...world.blobs,
      read: async (key) => {
        await world.sql('UPDATE video SET purged_at = 1 WHERE id = ?', [id]);
        await world.sql('INSERT INTO blob_deletion (user_id, video_id, next_at) VALUES (?, ?, 1)', [ALICE, id]);
        await world.blobs.delete(key);
        return world.blobs.read(key);
      },
    };
    expect((await scrubbed({ blobs })).findings).toEqual([]);
  });

  test('is one of many, of many people: each is read once, four at a time', async () => {
    const id = await storeVideo();
    const people = ['bob', 'carol'];
    for (let n = 0; n < 450; n++) {
      const [user = ''] = [people[n % 2]];
      const other = newId();
      await world.sql(
        `INSERT INTO video (user_id, id, rev, creation, fields, media_state, bytes, sha256, updated_at)
          SELECT ?, ?, rev, creation, fields, media_state, bytes, sha256, updated_at FROM video WHERE id = ?`,
        [user, other, id],
      );
    }
    let [open, most, read] = [0, 0, 0];
    const blobs: BlobStore = {
      ...world.blobs,
      read: async () => {
        most = Math.max(most, ++open);
        read++;
        await new Promise((resolve) => setTimeout(resolve, 1));
        open--;
        return new Blob([FILM]).stream();
      },
    };
    expect(await scrubbed({ blobs })).toMatchObject({ findings: [], videos: 451 });
    expect([read, most]).toEqual([451, 4]);
  });
});

describe('an orphan', () => {
  test.each([
    ['a file that no row ever named', () => putFile(`alice/${newId()}/${'a'.repeat(64)}`)],
    ['a picture that no row ever named', () => putFile(`alice/${newId()}/poster`)],
    ['what a killed process staged', () => putFile('.staging/1234')],
    ['other bytes of a video that is stored', async () => putFile(`alice/${await storeVideo()}/${'a'.repeat(64)}`)],
    [
      'a file of somebody else under the id of a video',
      async () => putFile(`bob/${await storeVideo()}/${FILM_SHA256}`),
    ],
    [
      'what a purge forgot',
      async () => {
        const id = await storeVideo();
        await rm(await fileOf(`${id}/poster`));
        await world.sql('UPDATE video SET purged_at = 1 WHERE id = ?', [id]);
        return `alice/${id}/${FILM_SHA256}`;
      },
    ],
  ])('is %s', async (_, make) => {
    await storeVideo();
    const name = await make();
    const { findings } = await scrubbed();
    expect(byName(findings)).toEqual({ [name]: 'orphan' });
    expect(await world.files()).toContainEqual(expect.stringContaining(name));
  });

  test.each([
    ['what is younger than two days', async () => putFile(`alice/${newId()}/${'a'.repeat(64)}`, 47 * HOUR)],
    ['a transfer under way', async () => putFile('.staging/1234', 47 * HOUR)],
    ['the mark of a submission, which outlives its row', async () => putFile(`alice/${newId()}/submitted`)],
    ['what others keep there', async () => putFile('alice/notes.txt')],
    [
      'what a try left for a video that is not stored yet',
      async () =>
        putFile(`alice/${await world.pushVideo({ originalUrl: 'https://cdn.example/gone' })}/${'a'.repeat(64)}`),
    ],
    [
      'what an upload brought, whose video is about to be made',
      async () => {
        const id = newId();
        await world.sql(
          `INSERT INTO upload (user_id, id, video_id, makes_video, bytes, metadata, state, created_at, expires_at, next_at)
            VALUES (?, ?, ?, 1, 11, '{}', 'whole', 1, 1, 1)`,
          [ALICE, newId(), id],
        );
        await putFile(`alice/${id}/${'a'.repeat(64)}`);
      },
    ],
    [
      'what a purge will delete',
      async () => {
        const id = await storeVideo();
        await world.sql('UPDATE video SET purged_at = 1 WHERE id = ?', [id]);
        await world.sql('INSERT INTO blob_deletion (user_id, video_id, next_at) VALUES (?, ?, 1)', [ALICE, id]);
      },
    ],
  ])('is not %s', async (_, make) => {
    await storeVideo();
    await make();
    const files = await world.files();
    expect((await scrubbed({ removesOrphans: true })).findings).toEqual([]);
    expect(await world.files()).toEqual(files);
  });

  test('is removed only where that is asked for, and nothing else is', async () => {
    const id = await storeVideo();
    const kept = await world.files();
    const names = [await putFile(`alice/${newId()}/${'a'.repeat(64)}`), await putFile('.staging/1234')];
    expect((await scrubbed()).findings).toHaveLength(2);
    expect(await world.files()).toHaveLength(kept.length + 2);
    const { findings } = await scrubbed({ removesOrphans: true });
    expect(findings.map(({ message }) => message)).toEqual(names.map(() => expect.stringMatching(/; removed$/)));
    expect([...(await world.files())].sort()).toEqual([...kept].sort());
    expect((await scrubbed()).findings).toEqual([]);
    expect(await world.blobs.size(posterKey({ user: ALICE, video: id }))).not.toBeNull();
  });

  test('whose row comes back at the last moment stays', async () => {
    const id = newId();
    await putFile(`alice/${id}/${'a'.repeat(64)}`);
    let asked = 0;
    const db = {
      ...world.deps.db,
      sql: {
        ...world.deps.db.sql,
        execute: async (statement: Parameters<typeof world.deps.db.sql.execute>[0]) => {
          const answered = await world.deps.db.sql.execute(statement);
          if (statement.sql.includes('json_each') && asked++ === 0) {
            await world.sql(
              `INSERT INTO video (user_id, id, rev, creation, fields, media_state, updated_at)
                VALUES ('alice', ?, 1, '{}', '{}', 'storing', 1)`,
              [id],
            );
          }
          return answered;
        },
      },
    };
    const { findings } = await scrubbed({ db, removesOrphans: true });
    expect(findings.map(({ message }) => message)).not.toContainEqual(expect.stringContaining('removed'));
    expect(await world.files()).toHaveLength(1);
  });
});

test.each(['before it begins', 'in the middle'])(
  'a store that is away %s ends it, and blames no file',
  async (when) => {
    await storeVideo();
    let isAway = when === 'before it begins';
    const away = new Error('S3 gave no answer');
    const blobs: BlobStore = {
      ...world.blobs,
      check: async () => {
        if (isAway) throw away;
      },
      read: async () => {
        isAway = true;
        throw away;
      },
    };
    const findings: Finding[] = [];
    await expect(scrub(depsWith({ blobs }), (finding) => findings.push(finding))).rejects.toThrow(away);
    expect(findings).toEqual([]);
  },
);

function depsWith(given: Partial<ScrubDeps & { removesOrphans: boolean }>) {
  const { db, blobs, sha256, clock } = world.deps;
  return { db, blobs, sha256, clock, removesOrphans: false, ...given };
}

async function scrubbed(given: Partial<ScrubDeps & { removesOrphans: boolean }> = {}) {
  const findings: Finding[] = [];
  return { ...(await scrub(depsWith(given), (finding) => findings.push(finding))), findings };
}

/** A video with a poster; its files are older than anything that is under way. */
async function storeVideo(): Promise<VideoId> {
  // Of one address there is one video.
  const originalUrl = `https://cdn.example/${newId()}`;
  world.web.set(originalUrl, answer(FILM));
  const id = await world.pushVideo({ originalUrl });
  await world.work();
  await world.blobs.putSmall(posterKey({ user: ALICE, video: id }), new Uint8Array([1]));
  await world.sql('UPDATE video SET poster_at = 1 WHERE id = ?', [id]);
  for (const file of await world.files()) if (file.includes(id)) await age(file, 100 * HOUR);
  return id;
}

async function putFile(name: string, ageMs = 49 * HOUR): Promise<string> {
  const path = join(world.directory, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'left behind');
  await age(path, ageMs);
  return name;
}

async function age(path: string, ms: number): Promise<void> {
  const then = new Date(world.now() - ms);
  await utimes(path, then, then);
}

async function fileOf(end: string): Promise<string> {
  const file = (await world.files()).find((path) => path.endsWith(end));
  if (!file) throw new Error(`there is no ${end}`);
  return file;
}

async function flipBit(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[700] = (bytes[700] ?? 0) ^ 4;
  await writeFile(path, bytes);
}

function broken(message: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({ pull: (controller) => controller.error(new Error(message)) });
}

function byName(findings: readonly Finding[]) {
  return Object.fromEntries(findings.map(({ kind, name }) => [name, kind]));
}

function newId(): VideoId {
  return v.parse(VideoIdSchema, uuidv7(Date.now(), randomBytes(10)));
}
