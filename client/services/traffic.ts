import type { UserDatabase } from '../data/database.ts';
import { readKeeping } from '../data/keeping.ts';
import { isHeld, readNetwork, type Traffic } from '../data/network.ts';
import type { Source } from './observable.ts';

/**
 * Tells the screens of the network and of what a person wants of it.
 * @param onTurn called when what waited may go, or what goes has to wait
 * @returns has it read anew
 */
export function watchTraffic(deps: {
  readonly db: UserDatabase;
  readonly traffic: Source<Traffic>;
  readonly signal: AbortSignal;
  readonly onTurn: () => void;
}): () => Promise<void> {
  const { db, traffic, signal, onTurn } = deps;
  const read = async () => {
    const [before, { wifiOnly }] = [traffic.get(), await readKeeping(db)];
    const now = { ...readNetwork(), wifiOnly };
    if (signal.aborted || JSON.stringify(now) === JSON.stringify(before)) return;
    traffic.set(now);
    if (isHeld(Number.POSITIVE_INFINITY, now) !== isHeld(Number.POSITIVE_INFINITY, before)) onTurn();
  };
  // Not in TypeScript's DOM library: Chromium only.
  if ('connection' in navigator && navigator.connection instanceof EventTarget) {
    navigator.connection.addEventListener('change', () => void read().catch(() => undefined), { signal });
  }
  void read().catch(() => undefined);
  return read;
}
