import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UserIdSchema } from '../../sync/ids.ts';
import { PROTOCOL } from '../../sync/protocol.ts';
import { createCommands } from '../data/commands.ts';
import type { UserDatabase } from '../data/database.ts';
import type { LoggedEvent } from '../data/event-log.ts';
import { openUserDatabase } from '../data/session.ts';
import { createSyncStore, readMeta } from '../data/sync-store.ts';
import { createRunner, type RunnerDeps, type RunnerState } from './runner.ts';

const input = { prompt: 'A fox', provider: 'local', model: 'm', params: {} };
const EPOCH = 'aaaaaaaaaaaaaaaa';

let db: UserDatabase;
let ended: AbortController;
let states: RunnerState[];
let events: LoggedEvent[];
/** How many requests the server got, and how it answers. */
let requests: number;
let answer: () => Promise<Response>;

beforeEach(async () => {
  db = await openUserDatabase(v.parse(UserIdSchema, crypto.randomUUID()));
  ended = new AbortController();
  [states, events, requests] = [[], [], 0];
  answer = async () => reply();
  const real = globalThis.fetch;
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    if (path !== '/api/sync') return real(path, init);
    requests += 1;
    return Promise.race([
      answer(),
      new Promise<never>((_, reject) => init.signal?.addEventListener('abort', () => reject(new Error('aborted')))),
    ]);
  });
});
afterEach(() => {
  ended.abort();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  db.close();
});

describe('when the runner syncs', () => {
  test('at once on a kick, and again for a kick during the cycle', async () => {
    const held = hold();
    answer = async () => {
      await held.until;
      return reply();
    };
    const runner = run();
    runner.kick();
    await vi.waitFor(() => expect(requests).toBe(1));
    await createCommands(db, runner.kick).generate(input);
    held.release();
    await vi.waitFor(() => expect(states.at(-1)).toEqual({ kind: 'idle' }));
    expect(pushed(1)).toBe(true);
  });

  test('a kick that finds another tab at it is not lost: it waits, and then runs', async () => {
    const other = hold();
    const busy = navigator.locks.request(`vidfab-sync-${db.user}`, () => other.until);
    const runner = run();
    await createCommands(db, runner.kick).generate(input);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(requests).toBe(0);
    other.release();
    await busy;
    await vi.waitFor(() => expect(pushed(1)).toBe(true));
  });

  test('frozen: what is under way ends at once, the lock is free, nothing is begun; thawed: it goes on', async () => {
    answer = () => new Promise(() => {});
    const runner = run();
    runner.kick();
    await vi.waitFor(() => expect(requests).toBe(1));
    runner.pause();
    await navigator.locks.request(`vidfab-sync-${db.user}`, () => undefined);
    await vi.waitFor(() => expect(states.at(-1)).toEqual({ kind: 'idle' }));
    expect(requests).toBe(1);
    answer = async () => reply();
    runner.kick();
    await vi.waitFor(() => expect(requests).toBeGreaterThan(1));
    await vi.waitFor(async () => expect((await readMeta(db)).epoch).toBe(EPOCH));
  });

  test('what hangs is dropped when it begins anew', async () => {
    answer = () => new Promise(() => {});
    const runner = run();
    runner.kick();
    await vi.waitFor(() => expect(requests).toBe(1));
    answer = async () => reply();
    runner.restart();
    await vi.waitFor(() => expect(states.at(-1)).toEqual({ kind: 'idle' }));
  });

  test('the watchdog takes the lock from whoever has it', async () => {
    const stolen = navigator.locks.request(`vidfab-sync-${db.user}`, () => new Promise(() => {})).catch(() => 'stolen');
    run().restart({ steal: true });
    await vi.waitFor(() => expect(states.at(-1)).toEqual({ kind: 'idle' }));
    expect(await stolen).toBe('stolen');
  });
});

describe('after a failure', () => {
  test('[retries] Retry-After is not undercut by what is done here, only by beginning anew', async () => {
    answer = async () => new Response('', { status: 503, headers: { 'retry-after': '600' } });
    const runner = run();
    runner.kick();
    await vi.waitFor(() => expect(states.at(-1)?.kind).toBe('waiting'));
    const waiting = states.at(-1);
    expect(waiting?.kind === 'waiting' && waiting.nextAt - Date.now()).toBeGreaterThan(500_000);
    await createCommands(db, runner.kick).generate(input);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(requests).toBe(1);
    answer = async () => reply();
    runner.restart();
    await vi.waitFor(() => expect(states.at(-1)).toEqual({ kind: 'idle' }));
  });

  test('[retries] silence is tried again by itself after two seconds', async () => {
    let down = true;
    answer = async () => {
      if (!down) return reply();
      down = false;
      throw new TypeError('Failed to fetch');
    };
    run().kick();
    await vi.waitFor(() => expect(states.at(-1)?.kind).toBe('waiting'));
    await vi.waitFor(() => expect(states.at(-1)).toEqual({ kind: 'idle' }), { timeout: 10_000 });
  });

  test('[retries] storage errors and quota taken for send failures: told apart, the row stays, nothing is counted', async () => {
    const runner = run();
    const id = await createCommands(db, () => {}).generate(input);
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    runner.kick();
    await vi.waitFor(() => expect(states.at(-1)).toMatchObject({ kind: 'storage_failed', reason: 'quota' }));
    put.mockRestore();
    expect(await db.generations.get(id)).toMatchObject({ dirty: 1, failures: 0, rejection: null });
    expect(events).toContainEqual({ kind: 'storage', details: { what: 'failed', error: 'StorageFailed' } });
    // And goes on by itself once there is room.
    await vi.waitFor(() => expect(pushed(1)).toBe(true), { timeout: 10_000 });
  });

  test('[retries] the connection closed in the middle of a cycle: reopened, the cycle goes on', async () => {
    await createCommands(db, () => {}).generate(input);
    answer = async () => {
      const connection = db.backendDB();
      connection.close();
      connection.dispatchEvent(new Event('close'));
      return reply();
    };
    run().kick();
    await vi.waitFor(() => expect(states.at(-1)).toEqual({ kind: 'idle' }));
    expect((await readMeta(db)).epoch).toBe(EPOCH);
    expect(states.some(({ kind }) => kind === 'storage_failed')).toBe(false);
  });
});

function run(more: Partial<RunnerDeps> = {}) {
  return createRunner({
    user: db.user,
    store: createSyncStore(db),
    signal: ended.signal,
    log: (event) => events.push(event),
    maySteal: () => true,
    onState: (state) => states.push(state),
    onOutcome: () => undefined,
    restMs: async () => 600_000,
    ...more,
  });
}

/** Whether an exchange carried so many rows. */
function pushed(rows: number): boolean {
  return events.some(({ kind, details }) => kind === 'exchange' && details.pushed === rows);
}

function reply(): Response {
  return Response.json({
    protocol: PROTOCOL,
    epoch: EPOCH,
    head: '0.',
    serverTime: Date.now(),
    results: [],
    changes: { videos: [], generations: [] },
    cursor: `c.${EPOCH}.0`,
    more: false,
    snapshot: { id: 's', head: 0, start: true, end: true },
  });
}

function hold() {
  let release = () => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { until, release };
}
