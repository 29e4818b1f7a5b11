import { nextStamp, ZERO_STAMP } from '../../sync/hlc.ts';
import type { LocalTransaction } from '../../sync/ports.ts';
import type { Field } from '../../sync/records.ts';

/** The first values of fields that nobody has set yet, as acts of the person at this device. [HLC-1] */
export async function stampAll(
  tx: LocalTransaction,
  values: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, Field>>> {
  const meta = await tx.meta();
  let last = meta.lastStamp;
  const fields = Object.entries(values).map(([name, value]) => {
    last = nextStamp({ nowMs: Date.now() + meta.clockOffset, device: meta.device, last, seen: ZERO_STAMP });
    return [name, [value, last]] as const;
  });
  await tx.putMeta({ ...meta, lastStamp: last });
  return Object.fromEntries(fields);
}
