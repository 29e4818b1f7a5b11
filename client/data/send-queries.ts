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

/** Generations that are under way, or that the person has to know something of. Undefined until it is known. */
export function useOpenIds(db: UserDatabase): readonly GenerationId[] | undefined {
  return useLiveQuery(db, () => db.generations.where('open').equals(1).primaryKeys());
}

/** The prompts of those of them that the server has taken. */
export async function sentPrompts(db: UserDatabase, ids: readonly GenerationId[]): Promise<readonly string[]> {
  const rows = await db.generations.bulkGet([...ids]);
  return rows.flatMap((row) => (row && row.received !== null ? [row.create.prompt] : []));
}

/** The prompts of those of them that a video came of. */
export async function madePrompts(db: UserDatabase, ids: readonly GenerationId[]): Promise<readonly string[]> {
  const rows = await db.generations.bulkGet([...ids]);
  return rows.flatMap((row) => (row?.received?.server.status === 'succeeded' ? [row.create.prompt] : []));
}
