import type { VideoId } from '../../sync/ids.ts';
import type { Commands } from '../data/commands.ts';
import type { UserDatabase } from '../data/database.ts';

/**
 * Tries again wherever it went wrong: what was not accepted is sent anew, and what the server could
 * not store this device sends it where it has the bytes; else the server is asked to store it once more.
 */
export function createRetry(options: {
  readonly db: UserDatabase;
  readonly commands: Pick<Commands, 'retry'>;
  readonly signal: AbortSignal;
  /** False where the bytes are not on this device. */
  readonly sendBytes: (id: VideoId) => Promise<boolean>;
  /** Called when the server has begun again. */
  readonly onAsked: () => void;
}): Commands['retry'] {
  const { db, commands, signal, sendBytes, onAsked } = options;
  return async (ids) => {
    const rows = (await db.videos.bulkGet([...ids])).filter((row) => row !== undefined);
    await commands.retry(ids);
    const unstored = rows.filter(({ received }) => received !== null && received.server.mediaState !== 'stored');
    await Promise.allSettled(
      unstored.map(async ({ id, create, offer, received }) => {
        // Bytes that were refused once are sent again only where there is nobody else to ask.
        const isHopeless = offer?.refusal && create.origin !== 'imported';
        if (!isHopeless && (await sendBytes(id))) return;
        if (received?.server.mediaState === 'failed') await askToStore(id, signal);
      }),
    );
    if (unstored.length > 0) onAsked();
  };
}

async function askToStore(id: VideoId, signal: AbortSignal): Promise<void> {
  await fetch(`/api/video/${id}/retry`, { method: 'POST', signal, redirect: 'error' });
}
