import type { Head } from '../../sync/ids.ts';
import type { News } from '../../sync/protocol.ts';

export interface Pokes {
  /** What changed, before the head that it leads to. */
  readonly told: (news: News) => void;
  /** @param first this tab was the first of this browser to hear of it */
  readonly heard: (head: Head, first: boolean) => void;
  /** The runner came to rest, or began. */
  readonly look: () => void;
}

/** What another tab heard is its to fetch, into the database that both share; this one looks after it. */
const OTHERS_MS = 1_000;

/**
 * Has the runner exchange when the server's head is not the one that this device has. Looked at once
 * nothing is under way: what is may be the very push that moved the head, or hold an older reply. News
 * that begins where this device stands is written instead, and nothing need be asked.
 */
export function createPokes(deps: {
  /** The head of the last reply that was applied. */
  readonly readHead: () => Promise<Head | null>;
  /** Writes news where it begins at that head. */
  readonly write: (news: News) => Promise<void>;
  readonly isSyncing: () => boolean;
  readonly kick: () => void;
}): Pokes {
  const { readHead, write, isSyncing, kick } = deps;
  let poked: Head | null = null;
  let writing: Promise<void> | null = null;

  const isBusy = () => writing !== null || isSyncing();

  const compare = async (head: Head): Promise<void> => {
    // A database that cannot be read is told of by the exchange that meets it.
    const known = await readHead().catch(() => null);
    if (poked !== head || isBusy()) return;
    poked = null;
    if (head !== known) kick();
  };
  const look = () => {
    if (poked !== null && !isBusy()) void compare(poked);
  };
  const writeAfter = async (before: Promise<void> | null, news: News): Promise<void> => {
    await before;
    // Where it fails the head tells what is missing.
    await write(news).catch(() => undefined);
  };
  return {
    told: (news) => {
      // What is under way brings it, or the cursor beyond it.
      if (isSyncing()) return;
      const mine = writeAfter(writing, news).then(() => {
        if (writing !== mine) return;
        writing = null;
        look();
      });
      writing = mine;
    },
    heard: (head, first) => {
      poked = head;
      if (first) look();
      else setTimeout(look, OTHERS_MS);
    },
    look,
  };
}
