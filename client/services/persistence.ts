import type { UserDatabase } from '../data/database.ts';
import { isFirstAsk } from '../data/keeping.ts';

/** Asks the browser not to clear what is kept here when the device runs short of room. */
export interface Persistence {
  /** Once on this device: some browsers ask the person, and an answer is an answer. Waits until somebody looks. */
  readonly ask: () => void;
}

/** Also asks when the app is installed, which a browser takes for a reason to say yes. */
export function createPersistence(db: UserDatabase, signal: AbortSignal): Persistence {
  const { storage } = navigator;
  let state: 'quiet' | 'wanted' | 'over' = 'quiet';
  const ask = async (again: boolean) => {
    if (!storage?.persist || (await storage.persisted()) || !((await isFirstAsk(db)) || again)) return;
    await storage.persist();
  };
  const askQuietly = (again: boolean) => void ask(again).catch(() => undefined);
  const askOnceSeen = () => {
    if (state !== 'wanted' || document.visibilityState !== 'visible') return;
    state = 'over';
    askQuietly(false);
  };
  document.addEventListener('visibilitychange', askOnceSeen, { signal });
  addEventListener('appinstalled', () => askQuietly(true), { signal });
  return {
    ask: () => {
      if (state === 'quiet') state = 'wanted';
      askOnceSeen();
    },
  };
}
