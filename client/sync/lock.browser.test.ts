import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Hold, type LivelyLockOptions, withLivelyLock } from './lock.ts';

/** Forty seconds pass in one: the real locks and channels of this browser, a faster clock. */
const TEMPO = 40;

let name: string;
let ended: AbortController;
beforeEach(() => {
  name = crypto.randomUUID();
  ended = new AbortController();
});
afterEach(() => {
  ended.abort();
  vi.restoreAllMocks();
});

describe('[sync lock]', () => {
  test('one at a time; who finds it busy waits, and then runs', async () => {
    const order: string[] = [];
    const first = holder();
    const running = lock({}, async () => {
      order.push('first begins');
      await first.until;
      order.push('first ends');
      return 'first';
    });
    await vi.waitFor(() => expect(order).toEqual(['first begins']));
    const next = lock({ askedAt: () => Date.now() + 1 }, async () => {
      order.push('second begins');
      return 'second';
    });
    await seconds(12);
    expect(order).toEqual(['first begins']);
    first.release();
    expect(await Promise.all([running, next])).toEqual(['first', 'second']);
    expect(order).toEqual(['first begins', 'first ends', 'second begins']);
  });

  test('who waited while another did all of it has nothing to do', async () => {
    const first = holder();
    const begun = lock({}, () => first.until);
    // Begins after the third asked, and so has done what that was to do.
    const second = lock({}, async ({ complete }) => {
      await seconds(1);
      complete();
      // The word of it may be slower than the lock: then the third does once more what is done.
      await seconds(1);
      return 'done';
    });
    const askedAt = Date.now();
    const third = lock({ askedAt: () => askedAt }, async () => 'again');
    await seconds(1);
    first.release();
    expect(await second).toBe('done');
    expect(await third).toEqual({ kind: 'covered' });
    await begun;
  });

  test('who was asked again after the other began runs all the same', async () => {
    const first = holder();
    const begun = lock({}, async ({ complete }) => {
      await first.until;
      complete();
    });
    const second = lock({ askedAt: () => Date.now() }, async () => 'again');
    await seconds(1);
    first.release();
    expect(await second).toBe('again');
    await begun;
  });

  test('a frozen tab holds the lock for ever (dxos#11757, rxdb#8514): a visible one steals it after 8 s of silence', async () => {
    const frozen = freezeHolder();
    const events: string[] = [];
    const start = performance.now();
    const outcome = lock({ maySteal: () => true, onEvent: (what) => events.push(what) }, async () => 'mine');
    expect(await outcome).toBe('mine');
    expect(((performance.now() - start) * TEMPO) / 1000).toBeGreaterThan(7);
    expect(events).toEqual(['stolen']);
    await expect(frozen.held).rejects.toThrow();
  });

  test('a hidden tab does not steal, until someone looks at it', async () => {
    const frozen = freezeHolder();
    let visible = false;
    let begun = false;
    const outcome = lock({ maySteal: () => visible }, async () => {
      begun = true;
    });
    await seconds(30);
    expect(begun).toBe(false);
    visible = true;
    await outcome;
    expect(begun).toBe(true);
    await expect(frozen.held).rejects.toThrow();
  });

  test('a holder that beats is left alone, however long it takes', async () => {
    const events: string[] = [];
    const slow = { tempo: 10, onEvent: (what: string) => events.push(what) };
    const running = lock(slow, async ({ touch }) => {
      for (let turn = 0; turn < 20; turn++) {
        touch();
        await seconds(4);
      }
      return 'whole';
    });
    const waiting = lock({ ...slow, maySteal: () => true }, async () => 'next');
    expect(await Promise.all([running, waiting])).toEqual(['whole', 'next']);
    expect(events).toEqual([]);
  });

  test('a holder that lost the lock is told so, stops and breaks nothing', async () => {
    const events: string[] = [];
    const holds: Hold[] = [];
    const first = lock({ onEvent: (what) => events.push(what) }, (hold) => {
      holds.push(hold);
      return new Promise<string>(() => {});
    });
    await vi.waitFor(() => expect(holds).toHaveLength(1));
    expect(await lock({ steal: true }, async () => 'thief')).toBe('thief');
    expect(await first).toEqual({ kind: 'stopped' });
    expect(holds[0]?.signal.aborted).toBe(true);
    expect(events).toEqual(['lost']);
  });

  test('a holder that makes no step gives up by itself, with nobody there to steal', async () => {
    expect(await lock({ tempo: 400 }, () => new Promise(() => {}))).toEqual({ kind: 'hung' });
    expect(await lock({}, async () => 'next')).toBe('next');
  });

  test('after 25 s it is the turn of others', async () => {
    await lock({ tempo: 400 }, async ({ isOver }) => {
      expect(isOver()).toBe(false);
      await vi.waitFor(() => expect(isOver()).toBe(true));
    });
  });

  test('the signal ends the waiting and the holding, at once', async () => {
    const first = lock({}, () => new Promise(() => {}));
    const second = lock({}, async () => 'never');
    ended.abort();
    expect(await first).toEqual({ kind: 'stopped' });
    expect(await second).toEqual({ kind: 'stopped' });
    ended = new AbortController();
    expect(await lock({}, async () => 'free')).toBe('free');
  });

  test('what the work throws is thrown, and the lock is free again', async () => {
    const failing = lock({}, async () => {
      throw new RangeError('on purpose');
    });
    await expect(failing).rejects.toBeInstanceOf(RangeError);
    expect(await lock({}, async () => 'free')).toBe('free');
  });

  test('a browser without locks, or that refuses them, runs it at once', async () => {
    vi.spyOn(navigator.locks, 'request').mockRejectedValue(new DOMException('not here', 'SecurityError'));
    expect(await lock({}, async () => 'refused')).toBe('refused');
    vi.stubGlobal('navigator', {});
    expect(await lock({}, async () => 'none')).toBe('none');
    vi.unstubAllGlobals();
  });
});

function lock<T>(more: Partial<LivelyLockOptions>, run: (hold: Hold) => Promise<T>) {
  const options = { name, signal: ended.signal, maySteal: () => false, steal: false, tempo: TEMPO, ...more };
  return withLivelyLock({ askedAt: () => Date.now() + 1, onEvent: () => undefined, ...options }, run);
}

/** A tab that got the lock and was frozen then: it says nothing and gives nothing back. */
function freezeHolder() {
  const held = navigator.locks.request(name, () => new Promise(() => {}));
  // Looked at only after it was stolen, when its failure would have gone by unheard.
  held.catch(() => undefined);
  return { held };
}

function holder() {
  let release = () => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { until, release };
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, (count * 1000) / TEMPO));
}
