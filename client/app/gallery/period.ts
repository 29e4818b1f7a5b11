export type Period = 'today' | 'yesterday' | 'week' | 'month';

/** How the calendar of this device would name the day of a video, seen from now. */
export function periodOf(createdAt: number, nowMs: number): Period {
  const midnight = new Date(nowMs).setHours(0, 0, 0, 0);
  if (createdAt >= midnight) return 'today';
  // Days are counted by the calendar: one of them may have 23 or 25 hours.
  if (createdAt >= daysBefore(midnight, 1)) return 'yesterday';
  return createdAt >= daysBefore(midnight, 6) ? 'week' : 'month';
}

function daysBefore(midnight: number, days: number): number {
  const date = new Date(midnight);
  return date.setDate(date.getDate() - days);
}
