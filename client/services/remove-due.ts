import type { SessionStore } from '../data/session.ts';

/** Removes all that this browser has of whose account was deleted here. Ended before it is done, it is due at the next start. */
export async function removeDue(session: SessionStore): Promise<void> {
  const user = await session.removalDue();
  if (user === null) return;
  for (const key of Object.keys(localStorage)) if (key.endsWith(`-${user}`)) localStorage.removeItem(key);
  await session.remove(user);
}
