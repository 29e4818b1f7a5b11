import { nextStamp, type Stamp, stampTime, ZERO_STAMP } from './hlc.ts';
import type { Epoch } from './ids.ts';
import type { AnyRow } from './local-row.ts';
import type { LocalTransaction, RowTable } from './ports.ts';
import type { Field } from './records.ts';
import { pendingFields } from './save-state.ts';

/**
 * Corrects the edits that a clock ahead of the server stamped: every pending one that is ahead gets
 * a stamp of the server's time, in the order they had, and the clock goes on from there. A stamp
 * stays newer than what the server is known to have of its field. [HLC-2]
 * @param serverTime milliseconds since 1970 by the server's clock
 * @returns how many edits were ahead
 */
export async function restampAhead(tx: LocalTransaction, serverTime: number): Promise<number> {
  const { epoch } = await tx.meta();
  const [videos, generations] = [await tx.videos.dirty(ALL, NONE), await tx.generations.dirty(ALL, NONE)];
  const ahead = [...videos, ...generations]
    .flatMap((row) => pendingFields(row).map((name) => ({ row, name, stamp: row.fields[name]?.[1] ?? ZERO_STAMP })))
    .filter(({ stamp }) => stampTime(stamp) > serverTime)
    .sort((a, b) => (a.stamp < b.stamp ? -1 : 1));

  const meta = await tx.meta();
  const next = (last: Stamp, seen: Stamp) => nextStamp({ nowMs: serverTime, device: meta.device, last, seen });
  let last = next(ZERO_STAMP, ZERO_STAMP);
  const corrected = new Map<AnyRow, Record<string, Field>>();
  for (const { row, name } of ahead) {
    last = next(last, row.received?.stamps[name] ?? ZERO_STAMP);
    corrected.set(row, { ...corrected.get(row), [name]: [row.fields[name]?.[0], last] });
  }
  await rewrite(tx.videos, videos, corrected, epoch);
  await rewrite(tx.generations, generations, corrected, epoch);
  await tx.putMeta({ ...meta, lastStamp: last });
  return ahead.length;
}

const ALL = 1_000_000;
const NONE: ReadonlySet<string> = new Set();

async function rewrite<Id, Row extends AnyRow>(
  table: RowTable<Id, Row>,
  rows: readonly Row[],
  corrected: ReadonlyMap<AnyRow, Readonly<Record<string, Field>>>,
  epoch: Epoch | null,
): Promise<void> {
  const changed = rows.filter((row) => corrected.has(row));
  await table.putMany(
    changed.map((row) => ({ ...row, fields: { ...row.fields, ...corrected.get(row) } })),
    epoch,
  );
}
