const CEILING_MS = 60 * 60_000;

/**
 * What the value of a `Retry-After` asks for, in milliseconds and at most an hour: seconds, or a date (RFC 9110).
 * @param now milliseconds since 1970; null where the clock is not to be trusted, and a date says nothing
 */
export function readRetryAfter(value: string | null, now: number | null): number | null {
  const text = value?.trim() ?? '';
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - (now ?? Number.NaN);
  return Number.isNaN(ms) ? null : Math.min(CEILING_MS, Math.max(0, ms));
}
