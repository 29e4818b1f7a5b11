import type { Head } from '../../sync/ids.ts';

export interface Pokes {
  /** @param first this tab was the first of this browser to hear of it */
  readonly heard: (head: Head, first: boolean) => void;
  /** The runner came to rest, or began. */
  readonly look: () => void;
}

/** What another tab heard is its to fetch, into the database that both share; this one looks after it. */
const OTHERS_MS = 1_000;

/**
 * Has the runner exchange when the server's head is not the one that this device has. Looked at once
 * nothing is under way: what is may be the very push that moved the head, or hold an older reply.
 */
export function createPokes(deps: {
  /** The head of the last reply that was applied. */
  readonly readHead: () => Promise<Head | null>;
  readonly isSyncing: () => boolean;
  readonly kick: () => void;
}): Pokes {
  const { readHead, isSyncing, kick } = deps;
  let poked: Head | null = null;

  const compare = async (head: Head): Promise<void> => {
    // A database that cannot be read is told of by the exchange that meets it.
    const known = await readHead().catch(() => null);
    if (poked !== head || isSyncing()) return;
    poked = null;
    if (head !== known) kick();
  };
  const look = () => {
    if (poked !== null && !isSyncing()) void compare(poked);
  };
  return {
    heard: (head, first) => {
      poked = head;
      if (first) look();
      else setTimeout(look, OTHERS_MS);
    },
    look,
  };
}
