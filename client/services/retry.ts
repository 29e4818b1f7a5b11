import type { VideoId } from '../../sync/ids.ts';
import type { Commands } from '../data/commands.ts';
import type { UserDatabase } from '../data/database.ts';

/**
 * Tries again wherever it went wrong: what was not accepted is sent anew, and what the server could
 * not store it is asked to store once more.
 */
export function createRetry(options: {
  readonly db: UserDatabase;
  readonly commands: Pick<Commands, 'retry'>;
  readonly signal: AbortSignal;
  /** Called when the server has begun again. */
  readonly onAsked: () => void;
}): Commands['retry'] {
  const { db, commands, signal, onAsked } = options;
  return async (ids) => {
    const rows = await db.videos.bulkGet([...ids]);
    await commands.retry(ids);
    const unstored = rows.filter((row) => row?.received?.server.mediaState === 'failed');
    await Promise.allSettled(unstored.map((row) => row && askToStore(row.id, signal)));
    if (unstored.length > 0) onAsked();
  };
}

async function askToStore(id: VideoId, signal: AbortSignal): Promise<void> {
  await fetch(`/api/video/${id}/retry`, { method: 'POST', signal, redirect: 'error' });
}
