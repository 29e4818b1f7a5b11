import { nextStamp, ZERO_STAMP } from '../../sync/hlc.ts';
import { type AnyRow, fieldValue } from '../../sync/local-row.ts';
import type { LocalTransaction, RowTable } from '../../sync/ports.ts';

interface Edit {
  readonly field: string;
  readonly value: unknown;
}

/** Sets one field of each row with a stamp of its own, and remembers the last of them. [HLC-1] */
export async function editRows<Id, Row extends AnyRow>(
  tx: LocalTransaction,
  table: RowTable<Id, Row>,
  ids: readonly Id[],
  { field, value }: Edit,
): Promise<void> {
  const meta = await tx.meta();
  const rows = (await table.getMany(ids)).filter((row) => row !== undefined);
  let last = meta.lastStamp;
  const edited = rows
    .filter((row) => JSON.stringify(fieldValue(row, field)) !== JSON.stringify(value))
    .map((row): Row => {
      const seen = row.fields[field]?.[1] ?? ZERO_STAMP;
      last = nextStamp({ nowMs: Date.now() + meta.clockOffset, device: meta.device, last, seen });
      return { ...row, fields: { ...row.fields, [field]: [value, last] }, rejection: null };
    });
  await table.putMany(edited, meta.epoch);
  await tx.putMeta({ ...meta, lastStamp: last });
}
