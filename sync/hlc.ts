import * as v from 'valibot';
import type { DeviceId } from './ids.ts';

/**
 * A hybrid logical clock's reading as a fixed-width string that sorts by time:
 * 12 hex digits of milliseconds, 4 of counter, `-`, 16 characters of device id. [HLC-1]
 */
export const StampSchema = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{16}-[0-9a-z]{16}$/, 'must be a stamp'),
  v.brand('Stamp'),
);
export type Stamp = v.InferOutput<typeof StampSchema>;

/** Older than every stamp of a person's act; what creation starts every field at. [ROW-1] */
export const ZERO_STAMP = v.parse(StampSchema, `${'0'.repeat(16)}-${'0'.repeat(16)}`);

/** Milliseconds since 1970 that a stamp reads. */
export function stampTime(stamp: Stamp): number {
  return Number.parseInt(stamp.slice(0, 12), 16);
}

/**
 * The next stamp of a device: `max(now, last + 1, seen + 1)` in ticks of 1/65536 ms, so a full
 * counter carries into the milliseconds.
 * @param nowMs the device's clock with its offset to the server, ms since 1970
 * @param last the newest stamp this device made; persist the result in the transaction that uses it
 * @param seen the stamp of the field that is being overwritten
 */
export function nextStamp(options: {
  readonly nowMs: number;
  readonly device: DeviceId;
  readonly last: Stamp;
  readonly seen: Stamp;
}): Stamp {
  const now = BigInt(Math.max(0, Math.floor(options.nowMs))) << 16n;
  const after = [options.last, options.seen].map((stamp) => ticks(stamp) + 1n);
  const next = [now, ...after].reduce((a, b) => (a > b ? a : b));
  return v.parse(StampSchema, `${next.toString(16).padStart(16, '0')}-${options.device}`);
}

function ticks(stamp: Stamp): bigint {
  return BigInt(`0x${stamp.slice(0, 16)}`);
}
