import type { TakenPicture } from '../app/services.ts';
import type { UserDatabase } from '../data/database.ts';
import { keepPicture } from '../data/keep-picture.ts';
import { StorageFailed } from '../data/storage-failure.ts';
import { takePicture } from '../media/take-picture.page.ts';

/** Keeps a picture on this device, where it is one. */
export async function keep(db: UserDatabase, file: Blob): Promise<TakenPicture> {
  const taken = await takePicture(file);
  if (taken.kind === 'refused') return taken;
  try {
    await keepPicture(db, taken.source, taken.data);
  } catch (error) {
    if (!(error instanceof StorageFailed)) throw error;
    return { kind: 'refused', problem: error.reason === 'quota' ? 'no_room' : 'trouble' };
  }
  return { kind: 'taken', source: taken.source };
}
