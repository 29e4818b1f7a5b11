import type { Pictures } from '../app/services.ts';
import type { UserDatabase } from '../data/database.ts';
import { createSource } from './observable.ts';

/** Pictures that a person gives to make films of; those that other apps shared are given at once. */
export function createPictures(db: UserDatabase): Pictures {
  const given = createSource<Blob | null>(null);
  return {
    given,
    give: given.set,
    take: async (file) => {
      try {
        return await (await import('./picture-keeper.ts')).keep(db, file);
      } catch {
        return { kind: 'refused', problem: 'trouble' };
      } finally {
        // Kept by now, or told of.
        if (given.get() === file) given.set(null);
      }
    },
  };
}
