import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ImportItem, Pictures } from '../app/services.ts';
import { STAGED } from '../data/import-video.ts';
import { createInbox, putIntoInbox } from '../data/inbox.ts';
import { film } from '../media/testing/films.page.ts';
import { createMediaWorld, type MediaWorld, newVideoId } from '../media/testing/media-world.ts';
import { createImporter, type Importer } from './importer.ts';
import { createSource, type Source } from './observable.ts';
import { createPictures } from './pictures.ts';
import { createTransfers } from './transfers.ts';

let world: MediaWorld;
let ended: AbortController;
let importers: Importer[];
beforeEach(async () => {
  world = await createMediaWorld();
  ended = new AbortController();
  importers = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  ended.abort();
  await Promise.all(importers.map((importer) => importer.stop()));
  await world.destroy();
});

function open(onImported = () => undefined, pictures = createPictures(world.db)) {
  const items: Source<readonly ImportItem[]> = createSource<readonly ImportItem[]>([]);
  const transfers = createTransfers(items);
  const importer = createImporter({
    db: world.db,
    pictures,
    transfers,
    onImported,
    signal: ended.signal,
  });
  importers.push(importer);
  const states = () => items.get().map(({ name, state }) => [name, state.kind]);
  return { importer, items, states };
}

const fileOf = (bytes: Uint8Array<ArrayBuffer>, name: string) => new File([bytes], name);
const given = (file: File) => ({ name: file.name, file });
const waiting = () => createInbox().waiting(world.db.user);
const share = (...files: readonly File[]) => putIntoInbox(world.db.user, files);

describe('one file after the other', () => {
  test('each has its outcome; a folder is refused; what was imported is told of', async () => {
    const told = vi.fn();
    const { importer, states, items } = open(told);
    const bytes = await film('webm');
    importer.add([given(fileOf(bytes, 'a.webm')), { name: 'folder', file: null }, given(fileOf(bytes, 'b.webm'))]);
    await expect.poll(states).toEqual([
      ['a.webm', 'imported'],
      ['folder', 'refused'],
      ['b.webm', 'duplicate'],
    ]);
    expect(told).toHaveBeenCalledTimes(1);
    importer.dismiss(items.get().map(({ key }) => key));
    expect(items.get()).toEqual([]);
  });

  test('the browser closes the IndexedDB connection in mid-write (Expensify/App#87864): the import goes on', async () => {
    const { add } = IDBObjectStore.prototype;
    let closed = 0;
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, value, key) {
      const request = key === undefined ? add.call(this, value) : add.call(this, value, key);
      if (this.name === 'segments' && ++closed === 1) {
        const { transaction } = this;
        transaction.db.close();
        transaction.abort();
        transaction.db.dispatchEvent(new Event('close'));
      }
      return request;
    });
    const { importer, states } = open();
    importer.add([given(fileOf(await film('mp4'), 'film.mp4'))]);
    await expect.poll(states, { timeout: 10_000 }).toEqual([['film.mp4', 'imported']]);
    expect(closed).toBe(2);
    expect(await world.db.copies.toArray()).toMatchObject([{ state: 'verified' }]);
  });

  test('what an earlier page left half done is freed at the start', async () => {
    const copyId = newVideoId();
    await world.tables.begin({ copyId, etag: STAGED, total: 9, contentType: 'video/mp4' });
    await world.tables.append({ copyId, etag: STAGED, offset: 0 }, new Blob(['abc']));
    open();
    await expect.poll(() => world.db.segments.count()).toBe(0);
    expect(await world.db.copies.count()).toBe(0);
  });
});

describe('the inbox', () => {
  test('is imported at the start and emptied, by one of two tabs', async () => {
    await share(fileOf(await film('webm'), 'one.webm'), fileOf(await film('mp4'), 'two.mp4'));
    const [first, second] = [open(), open()];
    await expect.poll(waiting).toEqual([]);
    await Promise.all(importers.map((importer) => importer.stop()));
    expect(await world.db.videos.count()).toBe(2);
    const states = [...first.states(), ...second.states()];
    expect(states).toEqual([
      ['one.webm', 'imported'],
      ['two.mp4', 'imported'],
    ]);
  });

  test('lets go of a file only after it is a video here', async () => {
    await share(fileOf(await film('webm'), 'one.webm'));
    const seen: (readonly [string, number, number])[] = [];
    const { items } = open();
    const looks: Promise<unknown>[] = [];
    items.subscribe(() => {
      const kind = items.get()[0]?.state.kind ?? '';
      looks.push(
        Promise.all([waiting(), world.db.videos.count()]).then(([left, videos]) =>
          seen.push([kind, left.length, videos]),
        ),
      );
    });
    await expect.poll(waiting).toEqual([]);
    await Promise.all(looks);
    expect(seen.filter(([, left, videos]) => left === 0 && videos === 0)).toEqual([]);
  });

  test('keeps what has no room for the next start, and until a person gives it up', async () => {
    const full = vi.spyOn(navigator.storage, 'estimate').mockResolvedValue({ usage: 99, quota: 100 });
    await share(fileOf(await film('webm'), 'one.webm'));
    const { states, importer, items } = open();
    await expect.poll(states).toEqual([['one.webm', 'no_room']]);
    expect(await waiting()).toHaveLength(1);
    importer.dismiss(items.get().map(({ key }) => key));
    await expect.poll(waiting).toEqual([]);

    await share(fileOf(await film('webm'), 'two.webm'));
    const second = open();
    await expect.poll(second.states).toEqual([['two.webm', 'no_room']]);
    full.mockRestore();
    const third = open();
    await expect.poll(third.states).toEqual([['two.webm', 'imported']]);
    expect(await waiting()).toEqual([]);
  });

  test('forgets what is no video once that is said', async () => {
    await share(new File(['only text'], 'notes.mp4'));
    const { states } = open();
    await expect.poll(states).toEqual([['notes.mp4', 'refused']]);
    await expect.poll(waiting).toEqual([]);
  });

  test('holds what was shared by one person for that person, and what nobody shared for who comes next', async () => {
    const other = await createMediaWorld();
    await putIntoInbox(other.db.user, [fileOf(await film('webm'), 'of another.webm')]);
    await putIntoInbox(null, [fileOf(await film('mp4'), 'of nobody.mp4')]);
    const { states } = open();
    await expect.poll(states).toEqual([['of nobody.mp4', 'imported']]);
    expect(await createInbox().waiting(other.db.user)).toHaveLength(1);
    await other.destroy();
  });
});

describe('pictures in the inbox', () => {
  const before = location.pathname;
  beforeEach(() => localStorage.clear());
  afterEach(() => history.replaceState(null, '', before));

  async function picture(name: string): Promise<File> {
    const canvas = new OffscreenCanvas(100, 80);
    canvas.getContext('2d')?.fillText(name, 10, 40);
    return new File([await canvas.convertToBlob()], name, { type: 'image/png' });
  }
  /** The form: it has what it is given, once it is open. */
  function openForm({ given, formHas }: Pictures): () => void {
    const take = () => {
      const taken = given.get();
      if (taken.kind === 'taken') formHas(taken.source.id);
    };
    take();
    return given.subscribe(take);
  }
  const start = () => {
    const pictures = createPictures(world.db);
    return { pictures, ...open(undefined, pictures) };
  };

  test('one is the form’s to take, and leaves the inbox once that has it, however late it is opened', async () => {
    await share(await picture('one.png'), fileOf(await film('webm'), 'two.webm'));
    const { pictures, states } = start();
    await expect.poll(states).toEqual([['two.webm', 'imported']]);
    await expect.poll(() => pictures.given.get()).toMatchObject({ kind: 'taken', source: { width: 100, height: 80 } });
    expect([location.pathname, await waiting()]).toEqual(['/create', [expect.any(Number)]]);
    openForm(pictures);
    await expect.poll(waiting).toEqual([]);
    expect([await world.db.sources.count(), pictures.given.get()]).toEqual([1, { kind: 'none' }]);
  });

  test('of several the first is taken; the others stay, are listed, and are used or discarded one by one', async () => {
    await share(await picture('a.png'), await picture('b.png'), await picture('c.png'));
    const { pictures, importer, items, states } = start();
    openForm(pictures);
    await expect.poll(async () => (await waiting()).length).toBe(2);
    expect(states()).toEqual([
      ['b.png', 'picture'],
      ['c.png', 'picture'],
    ]);
    const [b, c] = items.get().map(({ key }) => key);
    importer.pictures.use(b ?? 0);
    await expect.poll(async () => (await waiting()).length).toBe(1);
    expect([states(), await world.db.sources.count()]).toEqual([[['c.png', 'picture']], 2]);
    importer.pictures.discard(c ?? 0);
    await expect.poll(waiting).toEqual([]);
    expect([states(), await world.db.sources.count()]).toEqual([[], 2]);
  });

  test('the app leads to the form with each once, and lists it from then on', async () => {
    await share(await picture('a.png'));
    start();
    await expect.poll(() => location.pathname).toBe('/create');
    // The page ends before a form has it.
    ended.abort();
    await Promise.all(importers.map((importer) => importer.stop()));
    history.replaceState(null, '', before);
    ended = new AbortController();
    const { importer, items, states } = start();
    await expect.poll(states).toEqual([['a.png', 'picture']]);
    expect([location.pathname, (await waiting()).length]).toEqual([before, 1]);
    // Off the list it still waits.
    importer.dismiss(items.get().map(({ key }) => key));
    expect([states(), (await waiting()).length]).toEqual([[], 1]);
  });

  test('what has no room stays, says so, and is tried again', async () => {
    await share(await picture('a.png'));
    const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    const { pictures, importer, items } = start();
    openForm(pictures);
    await expect.poll(() => items.get().map(({ state }) => state)).toEqual([{ kind: 'picture', problem: 'no_room' }]);
    expect([pictures.given.get().kind, (await waiting()).length]).toEqual(['refused', 1]);
    full.mockRestore();
    importer.pictures.use(items.get()[0]?.key ?? 0);
    await expect.poll(waiting).toEqual([]);
    expect([items.get(), await world.db.sources.count()]).toEqual([[], 1]);
  });

  test('what is no picture is forgotten once that is said', async () => {
    await share(new File(['only text'], 'a.png', { type: 'image/png' }));
    const { items } = start();
    await expect
      .poll(() => items.get().map(({ state }) => state))
      .toEqual([{ kind: 'picture', problem: 'not_a_picture' }]);
    await expect.poll(waiting).toEqual([]);
  });

  test('of two that are given at once the later one is meant; a shared one that gave way is listed', async () => {
    await share(await picture('shared.png'));
    const { pictures, states } = start();
    await expect.poll(() => pictures.given.get().kind).toBe('taken');
    const [slow, quick] = [await picture('slow.png'), await picture('quick.png')];
    let read = () => {};
    const held = new Promise<void>((resolve) => {
      read = resolve;
    });
    const bytes = slow.arrayBuffer();
    vi.spyOn(slow, 'arrayBuffer').mockImplementation(() => held.then(() => bytes));
    const chosen = [pictures.give(slow), pictures.give(quick)];
    await expect.poll(() => pictures.given.get().kind).toBe('taken');
    const meant = pictures.given.get();
    read();
    await expect.poll(() => world.db.sources.count()).toBe(3);
    expect(pictures.given.get()).toBe(meant);
    openForm(pictures);
    expect(await Promise.all(chosen)).toEqual([{ kind: 'superseded' }, { kind: 'used' }]);
    await expect.poll(states).toEqual([['shared.png', 'picture']]);
    expect(await waiting()).toHaveLength(1);
  });

  test('in the hands of one tab it is not another’s', async () => {
    await share(await picture('a.png'), await picture('b.png'));
    const [one, other] = [start(), start()];
    await expect
      .poll(() => [...one.states(), ...other.states()])
      .toEqual([
        ['b.png', 'picture'],
        ['b.png', 'picture'],
      ]);
    expect([one, other].filter(({ pictures }) => pictures.given.get().kind !== 'none')).toHaveLength(1);
    const [first, second] = [one, other].map(({ items }) => items.get()[0]?.key ?? 0);
    one.importer.pictures.use(first ?? 0);
    await expect.poll(() => one.pictures.given.get().kind).toBe('taken');
    other.importer.pictures.use(second ?? 0);
    await expect
      .poll(() => other.items.get().map(({ state }) => state))
      .toEqual([{ kind: 'picture', problem: 'elsewhere' }]);
    expect(await waiting()).toHaveLength(2);
  });
});
