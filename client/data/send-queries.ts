import type { GenerationId } from '../../sync/ids.ts';
import type { UserDatabase } from './database.ts';
import { useLiveQuery } from './live-query.ts';

/** Generations that wait to be sent, in the order in which they will be. Undefined until it is known. */
export function useUnsentGenerations(db: UserDatabase): readonly GenerationId[] | undefined {
  return useLiveQuery(db, async () => {
    const dirty = await db.generations.where('dirty').equals(1).toArray();
    return dirty.filter(({ received, open }) => received === null && open === 1).map(({ id }) => id);
  });
}

/** The prompts of those of them that the server has taken. */
export async function sentPrompts(db: UserDatabase, ids: readonly GenerationId[]): Promise<readonly string[]> {
  const rows = await db.generations.bulkGet([...ids]);
  return rows.flatMap((row) => (row && row.received !== null ? [row.create.prompt] : []));
}
