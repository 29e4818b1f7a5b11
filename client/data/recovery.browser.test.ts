import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UserIdSchema } from '../../sync/ids.ts';
import { type Commands, createCommands } from './commands.ts';
import type { UserDatabase } from './database.ts';
import type { DatabaseEvent } from './device-database.ts';
import { liveRead } from './live-query.ts';
import { openUserDatabase } from './session.ts';
import { StorageFailed } from './storage-failure.ts';
import { createSyncStore, readMeta } from './sync-store.ts';

const input = { prompt: 'A fox', provider: 'local', model: 'm', params: {} };

let db: UserDatabase;
let commands: Commands;
let events: string[];
beforeEach(async () => {
  events = [];
  db = await openUserDatabase(v.parse(UserIdSchema, crypto.randomUUID()), (event) => events.push(said(event)));
  commands = createCommands(db, () => {});
});
afterEach(() => {
  vi.restoreAllMocks();
  db.close();
});

describe('the browser closes the IndexedDB connection in the background (Expensify/App#87864, classic-jazz#3530)', () => {
  test('closed between two writes: opened again without a word', async () => {
    forceClose(db);
    await commands.generate(input);
    db.backendDB().close();
    await commands.generate(input);
    expect(await db.generations.where('dirty').equals(1).count()).toBe(2);
    expect(events).not.toContain('failed');
  });

  test('closed in mid-write: reopened, retried once as a whole, still pending', async () => {
    const id = await commands.generate(input);
    let runs = 0;
    await createSyncStore(db).transact(async (tx) => {
      runs += 1;
      const [row] = await tx.generations.getMany([id]);
      if (!row) throw new Error('lost');
      await tx.generations.putMany([{ ...row, failures: row.failures + 1 }], null);
      if (runs === 1) forceClose(db);
      await tx.putMeta({ ...(await tx.meta()), lastSyncAt: 7 });
    });
    expect(runs).toBe(2);
    expect(events).toEqual(['closed', 'reopened']);
    expect(await db.generations.get(id)).toMatchObject({ failures: 1, dirty: 1 });
    expect((await readMeta(db)).lastSyncAt).toBe(7);
  });

  test('closed under many calls at once: each is done once, on one new connection', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => commands.generate(input)));
    const open = vi.spyOn(indexedDB, 'open');
    const store = createSyncStore(db);
    let closed = false;
    await Promise.all(
      ids.map((id) =>
        store.transact(async (tx) => {
          const [row] = await tx.generations.getMany([id]);
          if (!closed) forceClose(db);
          closed = true;
          if (row) await tx.generations.putMany([{ ...row, failures: row.failures + 1 }], null);
        }),
      ),
    );
    expect((await db.generations.toArray()).map(({ failures }) => failures)).toEqual([1, 1, 1, 1, 1]);
    expect(open).toHaveBeenCalledTimes(1);
  });

  test('an attempt to open that failed is not remembered: the next call opens', async () => {
    await commands.generate(input);
    db.rest();
    const open = breakOpening();
    await expect(commands.generate(input)).rejects.toBeInstanceOf(StorageFailed);
    expect(events).toEqual(['closed', 'failed unknown']);
    open.mockRestore();
    await commands.generate(input);
    expect(await db.generations.count()).toBe(2);
  });

  test('the screens recover by themselves', async () => {
    const seen: number[] = [];
    const errors: unknown[] = [];
    const end = liveRead(db, async () => (await db.generations.toArray()).length).subscribe(
      (count) => seen.push(count),
      (error) => errors.push(error),
    );
    await vi.waitFor(() => expect(seen).toEqual([0]));
    const open = breakOpening();
    forceClose(db);
    await expect(commands.generate(input)).rejects.toBeInstanceOf(StorageFailed);
    open.mockRestore();
    await commands.generate(input);
    await vi.waitFor(() => expect(seen.at(-1)).toBe(1));
    // A query that meets the trouble itself falls silent in Dexie; here it is asked again.
    const read = vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(() => {
      throw new DOMException('Connection to Indexed Database server lost', 'UnknownError');
    });
    await commands.generate(input);
    await vi.waitFor(() => expect(read).toHaveBeenCalled());
    read.mockRestore();
    await vi.waitFor(() => expect(seen.at(-1)).toBe(2), { timeout: 5_000 });
    expect(errors).toEqual([]);
    end();
  });

  test('a read that is never answered at the first try is answered later', async () => {
    forceClose(db);
    const open = breakOpening();
    const seen: number[] = [];
    const end = liveRead(db, () => db.generations.count()).subscribe((count) => seen.push(count));
    await vi.waitFor(() => expect(open.mock.calls.length).toBeGreaterThan(1));
    open.mockRestore();
    await vi.waitFor(() => expect(seen).toEqual([0]), { timeout: 10_000 });
    end();
  });

  test('a mistake in a query is no trouble of the storage', async () => {
    const errors: unknown[] = [];
    const end = liveRead(db, async () => {
      throw new TypeError('a mistake');
    }).subscribe(
      () => undefined,
      (error) => errors.push(error),
    );
    await vi.waitFor(() => expect(errors).toHaveLength(1));
    end();
  });

  test('what was closed on purpose stays closed, and is no trouble of anyone', async () => {
    db.close();
    await expect(commands.generate(input)).rejects.toMatchObject({ reason: 'closed' });
    expect([db.isOpen(), events]).toEqual([false, []]);
  });

  test('everything deleted under an open page: it begins anew as a new device', async () => {
    await commands.generate(input);
    const { device } = await readMeta(db);
    forceClose(db);
    await new Promise((resolve) => {
      indexedDB.deleteDatabase(db.name).onsuccess = resolve;
    });
    const id = await commands.generate(input);
    expect((await db.generations.toArray()).map((row) => row.id)).toEqual([id]);
    expect((await readMeta(db)).device).not.toBe(device);
  });
});

describe('storage errors and quota (Expensify/App#87844, boardsesh#5305)', () => {
  test.each([
    ['InvalidStateError', 'closed'],
    ['AbortError', 'closed'],
    ['TransactionInactiveError', 'closed'],
    ['UnknownError', 'unknown'],
    ['TimeoutError', 'unknown'],
    ['NotReadableError', 'unknown'],
    ['QuotaExceededError', 'quota'],
  ])('%s that stays: told as %s, the row is as it was', async (name, reason) => {
    const id = await commands.generate(input);
    const before = await db.generations.get(id);
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('on purpose', name);
    });
    await expect(commands.cancelGeneration(id)).rejects.toMatchObject({ name: 'StorageFailed', reason });
    put.mockRestore();
    expect(await db.generations.get(id)).toEqual(before);
    expect(events.at(-1)).toBe(`failed ${reason}`);
    await commands.cancelGeneration(id);
    expect((await db.generations.get(id))?.fields).toHaveProperty('cancelRequestedAt');
  });

  test.each(['InvalidStateError', 'AbortError', 'UnknownError'])('%s once: nobody notices', async (name) => {
    const id = await commands.generate(input);
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
      throw new DOMException('on purpose', name);
    });
    await commands.cancelGeneration(id);
    expect((await db.generations.get(id))?.fields).toHaveProperty('cancelRequestedAt');
    expect(events).toEqual(['closed', 'reopened']);
  });

  test('a full disk is not tried again, and reads go on', async () => {
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(commands.generate(input)).rejects.toMatchObject({ reason: 'quota' });
    expect(put).toHaveBeenCalledTimes(1);
    expect(await db.generations.count()).toBe(0);
  });

  test('a mistake in the work is thrown as it is, and opens nothing anew', async () => {
    const failing = createSyncStore(db).transact(async () => {
      throw new TypeError('a mistake');
    });
    await expect(failing).rejects.toBeInstanceOf(TypeError);
    expect(events).toEqual([]);
  });
});

function said(event: DatabaseEvent): string {
  return event.kind === 'failed' ? `failed ${event.failure.reason}` : event.kind;
}

/** What a browser does to a connection: transactions are aborted, `close` is fired. */
function forceClose(database: UserDatabase): void {
  const connection = database.backendDB();
  connection.close();
  for (const transaction of running.get(connection) ?? []) abort(transaction);
  connection.dispatchEvent(new Event('close'));
}

const running = new Map<IDBDatabase, IDBTransaction[]>();
const begin = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (...args) {
  const transaction = begin.apply(this, args);
  running.set(this, [...(running.get(this) ?? []), transaction]);
  return transaction;
};

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It was over already.
  }
}

function breakOpening() {
  return vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('Internal error opening backing store for indexedDB.open.', 'UnknownError');
  });
}
