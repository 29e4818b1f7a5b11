import type { DeviceId, UserId } from '../sync/ids.ts';
import type { DeviceStats } from './metrics.ts';

/** What the devices that were heard of lately have between them. */
export interface DeviceTotals {
  readonly devices: number;
  readonly completed: number;
  readonly synced: number;
  readonly failed: number;
  /** The longest that anything on any of them has waited, milliseconds; 0 where nothing waits. */
  readonly oldestPendingMs: number;
}

export interface DeviceStatsStore {
  readonly hear: (user: UserId, device: DeviceId, stats: DeviceStats) => void;
  readonly totals: () => DeviceTotals;
}

const KEPT_MS = 60 * 60_000;
const MAX_DEVICES = 10_000;
/** One person, however many devices they claim to have, crowds out nobody else's. */
const MAX_DEVICES_OF_ONE = 16;

interface Heard {
  readonly user: UserId;
  readonly stats: DeviceStats;
  readonly at: number;
}

/** The last word of each device within the hour, in memory only and bounded. */
export function createDeviceStats(clock: () => number): DeviceStatsStore {
  // In the order in which they were heard, so that the oldest are the first.
  const heard = new Map<string, Heard>();
  const devicesOf = new Map<UserId, Set<string>>();

  function forget(key: string): void {
    const entry = heard.get(key);
    if (!entry) return;
    heard.delete(key);
    const mine = devicesOf.get(entry.user);
    mine?.delete(key);
    if (mine?.size === 0) devicesOf.delete(entry.user);
  }

  function forgetOld(): void {
    const since = clock() - KEPT_MS;
    for (const [key, { at }] of heard) {
      if (at >= since && heard.size <= MAX_DEVICES) return;
      forget(key);
    }
  }

  return {
    hear: (user, device, stats) => {
      const key = `${user}/${device}`;
      forget(key);
      heard.set(key, { user, stats, at: clock() });
      const mine = devicesOf.get(user) ?? new Set();
      devicesOf.set(user, mine.add(key));
      const [oldest] = mine;
      if (mine.size > MAX_DEVICES_OF_ONE && oldest !== undefined) forget(oldest);
      forgetOld();
    },
    totals: () => {
      forgetOld();
      const all = [...heard.values()].map(({ stats }) => stats);
      return {
        devices: all.length,
        completed: sum(all.map(({ completed }) => completed)),
        synced: sum(all.map(({ synced }) => synced)),
        failed: sum(all.map(({ failed }) => failed)),
        oldestPendingMs: all.reduce((most, { oldestPendingMs }) => Math.max(most, oldestPendingMs ?? 0), 0),
      };
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
