import type { UserId } from '../../sync/ids.ts';

// Not in the inbox: a full device cannot write there, and would lead to the form at every start.

/** Whether the app once led this person to the form with that file of the inbox, or with a later one. */
export function isOffered(user: UserId, seq: number): boolean {
  return seq <= Number(localStorage.getItem(key(user)));
}

export function noteOffered(user: UserId, seq: number): void {
  localStorage.setItem(key(user), String(seq));
}

function key(user: UserId): string {
  return `vidfab-offered-${user}`;
}
