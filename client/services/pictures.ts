import type { GivenPicture, PictureEnd, Pictures, TakenPicture } from '../app/services.ts';
import type { UserDatabase } from '../data/database.ts';
import { createSource } from './observable.ts';

/** Pictures that a person gives to make films of; those that other apps shared are given at once. */
export function createPictures(db: UserDatabase): Pictures {
  const given = createSource<GivenPicture>({ kind: 'none' });
  /** Whoever gave the last one hears what became of it; it is told once. */
  let tell: (end: PictureEnd) => void = () => undefined;
  return {
    given,
    give: (file) =>
      new Promise((resolve) => {
        tell({ kind: 'superseded' });
        tell = resolve;
        given.set({ kind: 'taking' });
        void keep(db, file).then((taken) => {
          // However long an earlier one takes, the later one is the one that was meant.
          if (tell !== resolve) return;
          given.set(taken);
          if (taken.kind === 'refused') resolve(taken);
        });
      }),
    formHas: (id) => {
      const taken = given.get();
      if (taken.kind !== 'taken' || taken.source.id !== id) return;
      given.set({ kind: 'none' });
      tell({ kind: 'used' });
    },
    forgive: () => {
      if (given.get().kind === 'refused') given.set({ kind: 'none' });
    },
  };
}

async function keep(db: UserDatabase, file: Blob): Promise<TakenPicture> {
  try {
    return await (await import('./picture-keeper.ts')).keep(db, file);
  } catch {
    return { kind: 'refused', problem: 'trouble' };
  }
}
