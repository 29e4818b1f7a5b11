import type { Span } from '../../data/gallery/filter.ts';

/** A stretch of the calendar under one heading; a month goes by when it begins, as `2026-11`. */
export interface Period extends Span {
  readonly key: 'today' | 'yesterday' | 'week' | `${number}-${string}`;
}

/** Where a time belongs in the calendar of this device, seen from now. */
export function periodOf(createdAt: number, nowMs: number): Period {
  const midnight = new Date(nowMs).setHours(0, 0, 0, 0);
  // Days are counted by the calendar: one of them may have 23 or 25 hours.
  const [yesterday, week] = [daysBefore(midnight, 1), daysBefore(midnight, 6)];
  if (createdAt >= midnight) return { key: 'today', from: midnight, to: Number.MAX_SAFE_INTEGER };
  if (createdAt >= yesterday) return { key: 'yesterday', from: yesterday, to: midnight - 1 };
  if (createdAt >= week) return { key: 'week', from: week, to: yesterday - 1 };
  const date = new Date(createdAt);
  const [year, month] = [date.getFullYear(), date.getMonth()];
  const to = Math.min(new Date(year, month + 1).getTime(), week) - 1;
  return { key: `${year}-${String(month + 1).padStart(2, '0')}`, from: new Date(year, month).getTime(), to };
}

function daysBefore(midnight: number, days: number): number {
  const date = new Date(midnight);
  return date.setDate(date.getDate() - days);
}
