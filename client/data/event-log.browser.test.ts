/// <reference types="@vitest/browser-playwright" />
import * as v from 'valibot';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cdp } from 'vitest/browser';
import { UserIdSchema } from '../../sync/ids.ts';
import { createLog, KEPT, type LoggedEvent, logEvent, readLog } from './event-log.ts';
import { openUserDatabase } from './session.ts';

const MINUTE = 60_000;

afterEach(() => {
  vi.useRealTimers();
});

describe('the log of a device', () => {
  test('keeps its last lines and lets older ones go', async () => {
    const { db, log } = await newLog();
    for (let rows = 1; rows <= KEPT + 40; rows++) await log({ kind: 'refused', details: { status: 400, rows } });
    const lines = await readLog(db);
    expect(lines.map(({ details }) => details.rows)).toEqual(Array.from({ length: KEPT }, (_, n) => KEPT + 40 - n));
  });

  test('a night without a network is one line, whatever else happens in it', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
    const { db, log } = await newLog();
    for (let hour = 0; hour < 10; hour++) {
      for (let time = 0; time < 30; time++) await log(offline(null));
      await log({ kind: 'trigger', details: { what: 'visible' } });
      vi.setSystemTime(Date.now() + 60 * MINUTE);
    }
    const lines = await readLog(db);
    expect(lines.map(({ kind, count }) => [kind, count])).toEqual([
      ['trigger', 10],
      ['exchange', 300],
    ]);
    expect(lines[1]).toMatchObject({ firstAt: 1_000_000, at: 1_000_000 + 9 * 60 * MINUTE, details: { status: null } });
  });

  test('another outcome ends a line, so that the order of things is kept', async () => {
    const { db, log } = await newLog();
    for (const event of [exchanged({}), offline(null), offline(503), offline(503), exchanged({})]) await log(event);
    const lines = await readLog(db);
    expect(lines.map(({ details, count }) => [details.outcome, details.status, count])).toEqual([
      ['ok', undefined, 1],
      ['unavailable', 503, 2],
      ['unavailable', null, 1],
      ['ok', undefined, 1],
    ]);
  });

  test('what goes back and forth does not fill the log', async () => {
    const { db, log } = await newLog();
    for (let time = 0; time < 50; time++) {
      for (const state of ['connecting', 'connected', 'off']) await log({ kind: 'live', details: { state } });
    }
    const lines = await readLog(db);
    expect(lines.map(({ details, count }) => [details.state, count])).toEqual([
      ['off', 50],
      ['connected', 50],
      ['connecting', 50],
    ]);
  });

  test('what moved rows adds up for ten minutes, what moved none for as long as it lasts', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
    const { db, log } = await newLog();
    await log(exchanged({ pushed: 2, pulled: 5 }));
    vi.setSystemTime(Date.now() + 9 * MINUTE);
    await log(exchanged({ pushed: 1 }));
    vi.setSystemTime(Date.now() + 9 * MINUTE);
    await log(exchanged({ pushed: 4 }));
    vi.setSystemTime(Date.now() + 90 * MINUTE);
    await log(exchanged({}));
    const lines = await readLog(db);
    expect(lines.map(({ details, count }) => [details.pushed, details.pulled, details.ms, count])).toEqual([
      [4, 0, 40, 2],
      [3, 5, 40, 2],
    ]);
  });

  test('a page and a worker that write at once lose no line and mix none', async () => {
    const { db, log } = await newLog();
    const worker = new Worker(new URL('./testing/log-worker.ts', import.meta.url), { type: 'module' });
    const done = new Promise((resolve) => worker.addEventListener('message', resolve, { once: true }));
    worker.postMessage({ user: db.user, lines: 80 });
    for (let time = 0; time < 80; time++) await log(offline(null));
    await done;
    worker.terminate();
    const lines = await readLog(db);
    expect(lines.filter(({ by }) => by === 'worker').map(({ details }) => details.rows)).toEqual(
      Array.from({ length: 80 }, (_, n) => 80 - n),
    );
    // The worker's lines may push the page's one out of reach; nothing it told of is forgotten.
    const mine = lines.filter(({ by }) => by === 'page');
    expect(mine.reduce((sum, { count }) => sum + count, 0)).toBe(80);
  });

  test('two contexts that trim at once still keep exactly the last lines', async () => {
    const { db, log } = await newLog();
    const second = await openUserDatabase(db.user);
    await Promise.all(
      Array.from({ length: KEPT }, async (_, rows) => {
        await log({ kind: 'refused', details: { status: 400, rows } });
        await logEvent(second, { by: 'worker', kind: 'refused', details: { status: 413, rows } });
      }),
    );
    expect(await db.events.count()).toBe(KEPT);
    second.close();
  });

  test('neither lengthens nor aborts the transaction of its caller', async () => {
    const { db, log } = await newLog();
    await expect(
      db.transaction('rw', db.aliases, async () => {
        await db.aliases.count();
        void log(offline(null));
        await db.aliases.count();
        throw new Error('mine');
      }),
    ).rejects.toThrow('mine');
    await expect.poll(async () => (await readLog(db)).length).toBe(1);
  });

  test('holds no sentence and no address', async () => {
    const { db, log } = await newLog();
    await log({ kind: 'storage', details: { what: 'failed', error: 'https://host/?token=abc' } });
    await log({ kind: 'rejected', details: { row: 'video', id: 'a lighthouse at night', code: 'too_large', rows: 1 } });
    const lines = await readLog(db);
    expect(lines[0]?.details).toEqual({ row: 'video', id: '(left out)', code: 'too_large', rows: 1 });
    expect(lines[1]?.details).toEqual({ what: 'failed', error: '(left out)' });
  });

  test('a closed database breaks nothing', async () => {
    const { db, log } = await newLog();
    db.close();
    await expect(log(offline(null))).resolves.toBeUndefined();
    expect(() => createLog(db, 'page')(offline(null))).not.toThrow();
  });

  test('a full disk breaks nothing, and the log goes on once there is room', async () => {
    // Chromium remembers how much room there was for as long as it knows a database of the origin.
    await cdp().send('Storage.clearDataForOrigin', { origin: location.origin, storageTypes: 'indexeddb' });
    await overrideQuota(2_000_000);
    const { db, log } = await newLog();
    const filler = (bytes: number) => ({
      copyId: crypto.randomUUID(),
      offset: 0,
      length: bytes,
      data: crypto.getRandomValues(new Uint8Array(bytes)).buffer,
    });
    // Down to pieces smaller than a line of the log.
    for (let bytes = 65_536; bytes >= 64; bytes /= 4) {
      await expect(fillUp(() => db.segments.add(filler(bytes)))).rejects.toThrow(/quota/i);
    }
    await expect(log(offline(null))).resolves.toBeUndefined();
    expect(await readLog(db)).toEqual([]);
    await overrideQuota(null);
    await expect
      .poll(async () => {
        await log(offline(503));
        return (await readLog(db))[0]?.details.status;
      })
      .toBe(503);
  });
});

function offline(status: number | null): LoggedEvent {
  return { kind: 'exchange', details: { outcome: 'unavailable', status } };
}

function exchanged({ pushed = 0, pulled = 0 }): LoggedEvent {
  return { kind: 'exchange', details: { outcome: 'ok', pushed, pulled, ms: 20 } };
}

async function newLog() {
  const db = await openUserDatabase(v.parse(UserIdSchema, crypto.randomUUID()));
  return { db, log: (event: LoggedEvent) => logEvent(db, { by: 'page', ...event }) };
}

async function fillUp(write: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < 10_000; time++) await write();
}

function overrideQuota(quotaSize: number | null): Promise<unknown> {
  return cdp().send('Storage.overrideQuotaForOrigin', { origin: location.origin, ...(quotaSize && { quotaSize }) });
}
