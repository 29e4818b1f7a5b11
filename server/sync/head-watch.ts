import type { Head, UserId } from '../../sync/ids.ts';
import type { News } from '../../sync/protocol.ts';
import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';
import type { After } from '../timers.ts';
import { toHead } from './heads.ts';
import { readNews } from './news.ts';

/** @param news how to get there from the head told before, where that is little */
type Tell = (head: Head, news: News | null) => void;

export interface HeadWatch {
  /**
   * Tells a user's head as it is now, and again whenever it moved.
   * @returns ends it
   */
  readonly watch: (user: UserId, tell: Tell) => () => void;
  /** Looks now: this process committed something. Costs nothing while nobody watches. */
  readonly look: () => void;
}

/** So many looks in a row fail before whoever watches is told that nobody sees anything. */
const BLIND_AFTER = 5;
const LONGEST_WAIT_MS = 30_000;

interface Watcher {
  readonly user: UserId;
  readonly tell: Tell;
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
    const read = new Map<string, Promise<News | null>>();
    for (const watcher of asked) {
      const { user, told } = watcher;
      const found = heads.get(user) ?? toHead(undefined).head;
      if (found === told) continue;
      const key = JSON.stringify([user, told]);
      const reading = read.get(key) ?? newsSince(user, told);
      read.set(key, reading);
      const news = await reading;
      if (!watchers.has(watcher)) continue;
      watcher.told = news?.to.head ?? found;
      watcher.tell(watcher.told, news);
    }
  }

  /** The head alone does as well: who hears of it asks. */
  async function newsSince(user: UserId, told: Head | null): Promise<News | null> {
    if (told === null) return null;
    return readNews(db, user, told).catch((error: unknown) => {
      log.warn('news not read', { error });
      return null;
    });
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
