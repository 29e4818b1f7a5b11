import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UserIdSchema, uuidv7, type VideoId, VideoIdSchema } from '../../../sync/ids.ts';
import { newVideoRow } from '../../../sync/local-row.ts';
import { VideoCreateSchema } from '../../../sync/records.ts';
import { type Catalogue, openCatalogue } from '../catalogue/catalogue.ts';
import { openCatalogueListing } from '../catalogue/catalogue-listing.ts';
import { type Commands, createCommands } from '../commands.ts';
import type { UserDatabase } from '../database.ts';
import { openUserDatabase } from '../session.ts';
import { createSyncStore } from '../sync-store.ts';
import { createDatedListing } from './dated-listing.ts';
import { ALL_TIME } from './filter.ts';
import { CHUNK, type Listing } from './listing.ts';
import type { GalleryView } from './view.ts';

/** Also where much else runs. */
const SOON = { timeout: 10_000 };
const DAY = 24 * 60 * 60_000;
const periodOf = (at: number) => {
  const from = Math.floor(at / DAY) * DAY;
  return { key: String(from / DAY), from, to: from + DAY - 1 };
};

let db: UserDatabase;
let commands: Commands;
let open: { readonly close: () => void }[];
beforeEach(async () => {
  db = await openUserDatabase(v.parse(UserIdSchema, crypto.randomUUID()));
  commands = createCommands(db, () => undefined);
  open = [];
});
afterEach(() => {
  for (const { close } of open) close();
  db.close();
});

describe('by the calendar', () => {
  test.each([true, false])(
    'sections, their videos and what stands next to them, newest first: %s',
    async (isNewestFirst) => {
      const ids = await add([...Array.from({ length: 60 }, () => 3 * DAY + 5), 5 * DAY, 5 * DAY + 1, 9 * DAY]);
      const listing = dated('all', isNewestFirst);
      const order = isNewestFirst ? ids.toReversed() : ids;
      await expect
        .poll(() => counts(listing), SOON)
        .toEqual(isNewestFirst ? ['9 1', '5 2', '3 60'] : ['3 60', '5 2', '9 1']);
      expect(await shown(listing)).toEqual(order);
      expect(await listing.ids(1, 5)).toEqual(order.slice(1, 5));
      for (const [at, id] of order.entries()) {
        expect(await listing.neighbours(id)).toEqual({ previous: order[at - 1] ?? null, next: order[at + 1] ?? null });
      }
    },
  );

  test('one more, one less, a day more: the sections follow, and what is watched too', async () => {
    const [first = lost(), second = lost()] = await add([5 * DAY, 5 * DAY + 1]);
    const listing = dated('all', true);
    await expect.poll(() => counts(listing), SOON).toEqual(['5 2']);
    const [newer = lost()] = await add([9 * DAY]);
    await expect.poll(() => counts(listing), SOON).toEqual(['9 1', '5 2']);
    await commands.moveToTrash([second]);
    await expect.poll(() => counts(listing), SOON).toEqual(['9 1', '5 1']);
    expect(await shown(listing)).toEqual([newer, first]);
    await commands.moveToTrash([newer, first]);
    await expect.poll(() => listing.shape(), SOON).toEqual({ sections: [], isComplete: true });
    expect(await listing.neighbours(first)).toEqual({ previous: null, next: null });
  });

  test('what is shown as it was stays the same object', async () => {
    const [first = lost(), second = lost()] = await add([5 * DAY, 5 * DAY + 1]);
    const listing = dated('all', true);
    await expect.poll(() => counts(listing), SOON).toEqual(['5 2']);
    const [section = lost()] = listing.shape()?.sections ?? [];
    open.push({ close: listing.watchChunk(section, 0, () => undefined) });
    await expect.poll(() => listing.chunk(section, 0)?.length, SOON).toBe(2);
    const [before] = listing.chunk(section, 0) ?? [];
    await commands.setFavorite([first], true);
    await expect.poll(() => listing.chunk(section, 0)?.[1]?.favorite, SOON).toBe(true);
    expect(listing.chunk(section, 0)?.[0]).toBe(before);
    expect(before?.id).toBe(second);
  });
  test.for([true, false])('one whose last stretch has no end is complete, newest first: %s', async (isNewestFirst) => {
    const openEnded = (at: number) => ({ ...periodOf(at), ...(at >= 9 * DAY && { to: ALL_TIME.to }) });
    await add([3 * DAY, 9 * DAY]);
    const listing = createDatedListing(db, { filter: 'all', isNewestFirst, periodOf: openEnded });
    open.push(listing);
    await expect.poll(() => listing.shape()?.isComplete, SOON).toBe(true);
    expect(listing.shape()?.sections.length).toBe(2);
  });
});

describe('the catalogue', () => {
  test('finds words of title and prompt, whatever their case and width, in any language', async () => {
    const [fox = lost(), whale = lost(), both = lost()] = await add(
      [1, 2, 3],
      ['A Fox at dawn', '鲸鱼在北极光下', 'ＦＯＸ and 鲸鱼'],
    );
    await commands.setTitle(whale, 'Whale song');
    const catalogue = await opened();
    const found = async (search: string) => shown(await listed(catalogue, { search }));
    expect(await found('fox')).toEqual([both, fox]);
    expect(await found('FOX dawn')).toEqual([fox]);
    expect(await found('鲸')).toEqual([both, whale]);
    expect(await found('song 极光')).toEqual([whale]);
    expect(await found('wolf')).toEqual([]);
  });

  test('hears of what comes, is renamed, goes and comes back, while it is open', async () => {
    const [fox = lost()] = await add([1], ['A fox']);
    const listing = await listed(await opened(), { search: 'fox' });
    expect(await shown(listing)).toEqual([fox]);
    const [other = lost()] = await add([2], ['Another fox']);
    await expect.poll(() => shown(listing), SOON).toEqual([other, fox]);
    await commands.setTitle(fox, 'Wolf');
    await commands.moveToTrash([other]);
    await expect.poll(() => shown(listing), SOON).toEqual([fox]);
    await commands.restore([other]);
    await createSyncStore(db).transact((tx) => tx.videos.deleteMany([fox]));
    await expect.poll(() => shown(listing), SOON).toEqual([other]);
    expect(await listing.neighbours(other)).toEqual({ previous: null, next: null });
  });

  test('a read that fails leaves it to the next one to make up for it', async () => {
    const [fox = lost()] = await add([1], ['A fox']);
    const listing = await listed(await opened(), { search: 'fox' });
    const failing = vi.spyOn(db.changes, 'limit').mockImplementationOnce(() => {
      throw new Error('the disk is gone');
    });
    const [other = lost()] = await add([2], ['Another fox']);
    await expect.poll(() => failing.mock.calls.length, SOON).toBeGreaterThan(0);
    const [third = lost()] = await add([3], ['A third fox']);
    await expect.poll(() => shown(listing), SOON).toEqual([third, other, fox]);
  });

  test('sorts by title, length and size, what is not known last', async () => {
    const facts = [
      { title: 'b10', durationMs: 5_000 },
      { title: 'B9', durationMs: null },
      { title: 'a', durationMs: 9_000 },
    ];
    const ids: VideoId[] = [];
    for (const [at, { title, durationMs }] of facts.entries()) {
      const [id = lost()] = await add([at + 1], [title], { durationMs });
      ids.push(id);
    }
    const [ten = lost(), nine = lost(), a = lost()] = ids;
    await keep(nine, 700);
    await keep(ten, 300);
    const catalogue = await opened();
    expect(await shown(await listed(catalogue, { sort: 'title' }))).toEqual([a, nine, ten]);
    expect(await shown(await listed(catalogue, { sort: 'longest' }))).toEqual([a, ten, nine]);
    expect(await shown(await listed(catalogue, { sort: 'largest' }))).toEqual([nine, ten, a]);
    expect(await shown(await listed(catalogue, { filter: 'offline' }))).toEqual([nine, ten]);
    expect(await shown(await listed(catalogue, { filter: 'offline', search: 'b1' }))).toEqual([ten]);
  });

  test('a library of many blocks is read through once, however often it is cut short', async () => {
    const count = 3 * CHUNK * 10;
    const ids = await add(
      Array.from({ length: count }, (_, index) => index + 1),
      Array.from({ length: count }, (_, index) => `film ${index % 7}`),
    );
    // As from a version that had no catalogue.
    await db.changes.clear();
    const aborted = openUserDatabase(db.user);
    const half = openCatalogue(await aborted);
    (await aborted).close();
    await half.catch(() => undefined);
    const catalogue = await opened();
    expect(catalogue.entries().size).toBe(count);
    const listing = await listed(catalogue, { search: 'film 3' });
    expect(await shown(listing)).toEqual(ids.filter((_, index) => index % 7 === 3).toReversed());
    expect((await db.catalogue.toArray()).flatMap((block) => block.ids).length).toBe(count);
  });

  test('what changed again and again is carried along only so far', async () => {
    const [id = lost()] = await add([1], ['A fox']);
    const catalogue = await opened();
    for (let n = 0; n < 30; n++) await commands.setTitle(id, `Name ${n}`);
    await expect.poll(async () => shown(await listed(catalogue, { search: 'name 29' })), SOON).toEqual([id]);
    expect(await db.catalogue.count()).toBe(1);
    expect(await db.changes.count()).toBe(0);
  });
});

async function add(
  times: readonly number[],
  prompts: readonly string[] = [],
  facts: Readonly<Record<string, unknown>> = {},
): Promise<readonly VideoId[]> {
  const rows = times.map((createdAt, index) => {
    const id = v.parse(VideoIdSchema, uuidv7(createdAt * 1000 + index, crypto.getRandomValues(new Uint8Array(10))));
    const prompt = prompts[index] ?? `film ${index}`;
    return newVideoRow(id, v.parse(VideoCreateSchema, { origin: 'generated', createdAt, prompt, ...facts }));
  });
  await createSyncStore(db).transact((tx) => tx.videos.putMany(rows, null));
  return rows.map(({ id }) => id);
}

async function keep(id: VideoId, total: number): Promise<void> {
  const copy = {
    copyId: id,
    state: 'verified' as const,
    contentType: 'video/mp4',
    etag: '"x"',
    total,
    received: total,
  };
  await db.copies.put({ ...copy, pinned: false, lastPlayedAt: 0 });
}

function dated(filter: 'all' | 'trash', isNewestFirst: boolean): Listing {
  const listing = createDatedListing(db, { filter, isNewestFirst, periodOf });
  open.push(listing);
  return listing;
}

async function opened(): Promise<Catalogue> {
  const catalogue = await openCatalogue(db);
  open.push(catalogue);
  return catalogue;
}

async function listed(catalogue: Catalogue, view: Partial<GalleryView>): Promise<Listing> {
  const whole: GalleryView = { filter: 'all', sort: 'newest', search: '', ...view };
  const listing = await openCatalogueListing({ db, catalogue, locale: 'en' }, whole);
  open.push(listing);
  return listing;
}

function counts(listing: Listing): readonly string[] | undefined {
  const shape = listing.shape();
  return shape?.isComplete ? shape.sections.map(({ key, count }) => `${key} ${count}`) : undefined;
}

/** The ids of every chunk, as a grid that shows them all would have them. */
async function shown(listing: Listing): Promise<readonly VideoId[]> {
  const ids: VideoId[] = [];
  for (const section of listing.shape()?.sections ?? []) {
    for (let number = 0; number * CHUNK < section.count; number++) {
      const end = listing.watchChunk(section, number, () => undefined);
      await expect.poll(() => listing.chunk(section, number), SOON).toBeDefined();
      for (const { id } of listing.chunk(section, number) ?? []) ids.push(id);
      end();
    }
  }
  return ids;
}

function lost(): never {
  throw new Error('it is not there');
}
