import type { UserDatabase } from './database.ts';
import { createKeepTables } from './keep-tables.ts';
import { type Keeping, readKeeping } from './keeping.ts';
import { useLiveQuery } from './live-query.ts';
import { type Amount, amountOf } from './policy-effect.ts';

/** What is kept on this device, and what of it may go. */
export interface KeptView extends Keeping {
  readonly kept: Amount;
  /** What the server has as well, and nobody pinned. */
  readonly freeable: Amount;
}

/** Undefined until it is read. For a screen that is about nothing else: every copy is looked at. */
export function useKept(db: UserDatabase): KeptView | undefined {
  return useLiveQuery(db, async () => {
    const kept = await createKeepTables(db).kept();
    const freeable = kept.filter(({ isSafe, isPinned }) => isSafe && !isPinned);
    return { ...(await readKeeping(db)), kept: amountOf(kept), freeable: amountOf(freeable) };
  });
}
