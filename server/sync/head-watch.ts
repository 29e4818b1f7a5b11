import type { Head, UserId } from '../../sync/ids.ts';
import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';
import type { After } from '../timers.ts';
import { toHead } from './heads.ts';

export interface HeadWatch {
  /**
   * Tells a user's head as it is now, and again whenever it moved.
   * @returns ends it
   */
  readonly watch: (user: UserId, tell: (head: Head) => void) => () => void;
  /** Looks now: this process committed something. Costs nothing while nobody watches. */
  readonly look: () => void;
}

/** So many looks in a row fail before whoever watches is told that nobody sees anything. */
const BLIND_AFTER = 5;
const LONGEST_WAIT_MS = 30_000;

interface Watcher {
  readonly user: UserId;
  readonly tell: (head: Head) => void;
  told: Head | null;
}

/**
 * Watches the heads of many users with one query for all of them: after each commit of this process,
 * and every `pollMs` for those of others on the same database. One look runs at a time; what is asked
 * for meanwhile is one more.
 */
export function createHeadWatch(options: {
  readonly db: Database;
  readonly after: After;
  readonly log: Log;
  readonly pollMs: number;
  /** The database does not answer: who watches had better be told than wait. */
  readonly onBlind: () => void;
}): HeadWatch {
  const { db, after, log, pollMs, onBlind } = options;
  const watchers = new Set<Watcher>();
  let looking = false;
  let lookAgain = false;
  let failures = 0;
  let cancelPoll = () => {};

  function look(): void {
    if (watchers.size === 0) return;
    lookAgain = true;
    if (looking) return;
    looking = true;
    cancelPoll();
    void lookWhileAsked();
  }

  async function lookWhileAsked(): Promise<void> {
    try {
      while (lookAgain) {
        lookAgain = false;
        await tellHeads();
      }
      failures = 0;
    } catch (error) {
      log.warn('heads not read', { error });
      failures++;
      if (failures % BLIND_AFTER === 0) onBlind();
    }
    looking = false;
    if (watchers.size > 0) cancelPoll = after(Math.min(LONGEST_WAIT_MS, pollMs * 2 ** failures), look);
  }

  async function tellHeads(): Promise<void> {
    // Who joins while the query runs was not asked for.
    const asked = [...watchers];
    const users = JSON.stringify([...new Set(asked.map(({ user }) => user))]);
    const { rows } = await db.sql.execute({
      sql: 'SELECT user_id, rev, nonce FROM user_head WHERE user_id IN (SELECT value FROM json_each(?))',
      args: [users],
    });
    const heads = new Map(rows.map((row) => [String(row.user_id), toHead(row).head]));
    for (const watcher of asked) {
      const head = heads.get(watcher.user) ?? toHead(undefined).head;
      if (head === watcher.told || !watchers.has(watcher)) continue;
      watcher.told = head;
      watcher.tell(head);
    }
  }

  return {
    look,
    watch: (user, tell) => {
      const watcher: Watcher = { user, tell, told: null };
      watchers.add(watcher);
      look();
      return () => {
        watchers.delete(watcher);
        if (watchers.size === 0) cancelPoll();
      };
    },
  };
}
