import { type Head, headRev, type UserId } from '../../sync/ids.ts';
import { MAX_NEWS_ROWS, type News } from '../../sync/protocol.ts';
import type { Database } from '../db/database.ts';
import { changesSince } from './changes.ts';
import { formatCursor } from './cursor.ts';
import { historyQuery, toHistory } from './epoch.ts';
import { headQuery, toHead } from './heads.ts';
import { generationRow, videoRow } from './rows.ts';

/**
 * All that happened to a person's rows since a head that a device was told; null where that takes an
 * exchange: it is much, the history lost that head [PULL-5], or something was collected since. [PULL-4]
 */
export async function readNews(db: Database, user: UserId, since: Head): Promise<News | null> {
  const rev = headRev(since);
  // One read transaction, like a page of changes; and the history is the one that they are of.
  const statements = [
    historyQuery({ user, head: since }),
    headQuery(user),
    ...changesSince(user, rev, MAX_NEWS_ROWS + 1),
  ];
  const [history, heads, videos, generations] = await db.sql.batch(statements, 'read');
  const { epoch, known } = toHistory(history?.rows[0]);
  const head = toHead(heads?.rows[0]);
  const changes = {
    videos: (videos?.rows ?? []).map(videoRow),
    generations: (generations?.rows ?? []).map(generationRow),
  };
  const rows = changes.videos.length + changes.generations.length;
  if (!known || head.rev <= rev || rev < head.floor || rows > MAX_NEWS_ROWS) return null;
  const at = (place: Head) => ({
    head: place,
    cursor: formatCursor({ kind: 'changes', epoch, rev: headRev(place) }),
  });
  return { epoch, from: at(since), to: at(head.head), changes };
}
