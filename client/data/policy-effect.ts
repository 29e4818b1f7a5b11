import type { UserDatabase } from './database.ts';
import { createKeepTables } from './keep-tables.ts';
import type { Keeping } from './keeping.ts';
import { shown } from './media-tables.ts';

export interface Amount {
  readonly videos: number;
  readonly bytes: number;
}

/** What a choice of what is kept here frees, and what it fetches besides what is here. */
export interface PolicyEffect {
  readonly frees: Amount;
  readonly fetches: Amount;
}

/** Rows that are read at a time. */
const PAGE = 2_000;

export async function policyEffect(db: UserDatabase, { newest }: Pick<Keeping, 'newest'>): Promise<PolicyEffect> {
  const ids = await shown(db);
  const wanted = ids.slice(0, newest ?? ids.length);
  const isWanted = new Set<string>(wanted);
  const kept = await createKeepTables(db).kept();
  const going = kept.filter(({ isSafe, isPinned, videoId }) => isSafe && !isPinned && !isWanted.has(videoId));
  // What a person took away stays away; what made room comes back.
  const settled = new Set<string>(await db.copies.where('state').anyOf('verified', 'removed').primaryKeys());
  const begun = new Map(kept.map(({ copyId, bytes }) => [copyId, bytes]));
  let fetches: Amount = { videos: 0, bytes: 0 };
  for (let at = 0; at < wanted.length; at += PAGE) {
    const rows = await db.videos.bulkGet(wanted.slice(at, at + PAGE));
    for (const row of rows) {
      if (row?.received?.server.mediaState !== 'stored' || settled.has(row.copyId)) continue;
      const rest = (row.received.server.bytes ?? 0) - (begun.get(row.copyId) ?? 0);
      fetches = { videos: fetches.videos + 1, bytes: fetches.bytes + Math.max(0, rest) };
    }
  }
  return { frees: newest === null ? { videos: 0, bytes: 0 } : amountOf(going), fetches };
}

export function amountOf(copies: readonly { readonly bytes: number }[]): Amount {
  return { videos: copies.length, bytes: copies.reduce((sum, { bytes }) => sum + bytes, 0) };
}
