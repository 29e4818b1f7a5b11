import type { EventRecord, UserDatabase } from '../../data/database.ts';

const MINUTE = 60_000;
type Sample = readonly [by: EventRecord['by'], kind: string, details: EventRecord['details'], count?: number];

/** Oldest first, a quarter of an hour apart. */
const SAMPLES: readonly Sample[] = [
  ['page', 'schema', { from: 1, to: 2 }],
  ['page', 'trigger', { what: 'start' }],
  ['page', 'exchange', { outcome: 'ok', pushed: 0, pulled: 2500, ms: 214, snapshot: 'start' }],
  ['page', 'rejected', { row: 'video', id: '019abe3c-11f0-7aa0-8000-5f3a7c1de001', code: 'too_large', rows: 1 }],
  ['page', 'trigger', { what: 'offline' }, 3],
  ['page', 'exchange', { outcome: 'unavailable', status: null, ms: 25_003 }, 312],
  ['worker', 'worker_begin', { event: 'sync' }],
  ['worker', 'worker_end', { event: 'sync', left: 'again', ms: 12_104 }],
  ['page', 'lock', { what: 'stolen' }],
  ['page', 'trigger', { what: 'online' }],
  ['page', 'exchange', { outcome: 'ok', pushed: 3, pulled: 3, ms: 96 }],
  ['page', 'watchdog', { pending: 2, oldestMs: 26 * MINUTE }, 4],
];

export async function seedLog(db: UserDatabase, now: number): Promise<void> {
  await db.events.bulkAdd(
    SAMPLES.map(([by, kind, details, count = 1], index): EventRecord => {
      const at = now - (SAMPLES.length - index) * 15 * MINUTE;
      return { at, firstAt: count > 1 ? at - 40 * MINUTE : at, count, by, kind, details };
    }),
  );
}
