import type { Table } from 'dexie';
import type { UserDatabase } from './database.ts';

/** What a person wants to have on this device. */
export interface Keeping {
  /** How many of the newest videos are kept here by themselves: null for all, 0 for none. What is pinned is kept besides. */
  readonly newest: number | null;
  /** Much is fetched and sent unasked only where a network is not paid by the byte. */
  readonly wifiOnly: boolean;
}

export const KEEP_EVERYTHING: Keeping = { newest: null, wifiOnly: false };

/** Beside the engine's own record. */
type Chosen = Keeping & { readonly key: 'keeping' };

export async function readKeeping(db: UserDatabase): Promise<Keeping> {
  return { ...KEEP_EVERYTHING, ...(await chosen(db).get('keeping')) };
}

/** A choice also takes back what was evicted for want of room: it is fetched again where the choice is for it. */
export async function writeKeeping(db: UserDatabase, change: Partial<Keeping>): Promise<void> {
  await db.transaction('rw', db.meta, db.copies, async () => {
    await chosen(db).put({ ...(await readKeeping(db)), ...change, key: 'keeping' });
    if (change.newest !== undefined) await db.copies.where('state').equals('evicted').delete();
  });
}

/** True the first time only: whether the browser was not asked before to be careful with what is here. */
export async function isFirstAsk(db: UserDatabase): Promise<boolean> {
  const asked: Table<{ readonly key: 'persist-asked' }, 'persist-asked'> = db.table('meta');
  return db.transaction('rw', db.meta, async () => {
    if (await asked.get('persist-asked')) return false;
    await asked.put({ key: 'persist-asked' });
    return true;
  });
}

function chosen(db: UserDatabase): Table<Chosen, 'keeping'> {
  return db.table('meta');
}
