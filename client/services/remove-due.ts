import type { SessionStore } from '../data/session.ts';

/** Removes all that this browser has of whose account was deleted here. Ended before it is done, it is due at the next start. */
export async function removeDue(session: SessionStore): Promise<void> {
  const users = await session.removalDue();
  for (const key of Object.keys(localStorage)) {
    if (users.some((user) => key.endsWith(`-${user}`))) localStorage.removeItem(key);
  }
  // A tab that holds on to one of them holds up no other.
  await Promise.all(users.map(session.remove));
}
