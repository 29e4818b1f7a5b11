import { applyReply, purgedIn } from './apply.ts';
import type { UserId, VideoId } from './ids.ts';
import type { Clock, LocalStore, SyncMeta } from './ports.ts';
import { type News, PROTOCOL, type SyncReply } from './protocol.ts';

/**
 * Writes what the event stream told, like the page of an exchange. A device that stands anywhere but
 * where the news begins takes nothing of it, and asks: the cursor says what it has read [PULL-6], the
 * head which history it read, for news would hide a fork behind a newer head. [PULL-5]
 * @returns whether it was taken. Rejects with what the store rejects with
 */
export async function applyNews(
  { store, clock }: { readonly store: LocalStore; readonly clock: Clock },
  { user, news }: { readonly user: UserId; readonly news: News },
): Promise<boolean> {
  const purged = purgedIn({ results: [], changes: news.changes });
  const verified = purged.length > 0 ? await store.withVerifiedBytes(purged) : new Set<VideoId>();
  return store.transact(async (tx) => {
    const meta = await tx.meta();
    if (meta.epoch !== news.epoch || meta.head !== news.from.head) return false;
    const nowMs = clock();
    const request = { cursor: news.from.cursor, user };
    const applied = await applyReply(tx, { request, reply: replyOf(news, meta, nowMs), nowMs, verified });
    return applied.kind === 'applied';
  });
}

/** News may have waited in a frozen tab, so that it says nothing of the time: the offset stays what it is. */
function replyOf({ epoch, to, changes }: News, { clockOffset }: SyncMeta, nowMs: number): SyncReply {
  return { protocol: PROTOCOL, epoch, ...to, serverTime: nowMs + clockOffset, results: [], changes, more: false };
}
