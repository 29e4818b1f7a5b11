import { useLingui } from '@lingui/react/macro';
import { useMemo } from 'react';

const DAY_MS = 86_400_000;

/** Words for a day of the past: `today`, `yesterday`, `3 days ago`. */
export function usePastDay(): (ms: number, nowMs: number) => string {
  const { i18n } = useLingui();
  return useMemo(() => {
    const relative = new Intl.RelativeTimeFormat(i18n.locale, { numeric: 'auto' });
    return (ms, nowMs) => relative.format(-daysBetween(ms, nowMs), 'day');
  }, [i18n.locale]);
}

/** As the calendar here counts them; a day on which the clocks change is not as long as the others. */
function daysBetween(ms: number, nowMs: number): number {
  const midnights = [ms, nowMs].map((at) => new Date(at).setHours(0, 0, 0, 0));
  const [then = 0, now = 0] = midnights;
  return Math.max(0, Math.round((now - then) / DAY_MS));
}
