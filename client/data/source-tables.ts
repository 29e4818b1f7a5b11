import type { SourceId } from '../../sync/ids.ts';
import type { SourceRecord, UserDatabase } from './database.ts';
import { sourceIdOf } from './source-id.ts';
import { readMeta } from './sync-store.ts';

/** What the uploader knows of the pictures that there are to send. */
export interface SourceTables {
  /** Those that a generation waits for and the server lacks, oldest first. */
  readonly due: () => Promise<readonly SourceRecord[]>;
  /** The server has it. */
  readonly sent: (id: SourceId) => Promise<void>;
}

/** How soon after it was sent the server is doubted that still waits for it. */
const CHECKED_MS = 10 * 60_000;

export function createSourceTables(db: UserDatabase): SourceTables {
  return {
    due: async () => {
      const { epoch } = await readMeta(db);
      const open = await db.generations.where('open').equals(1).toArray();
      // Not yet sent, it will wait: what is taken with its picture starts at once.
      const waiting = open.filter(({ received, rejection }) =>
        received === null ? rejection === null : received.server.status === 'waiting_source',
      );
      const here = await db.sources.bulkGet(waiting.map(sourceIdOf));
      const isSent = ({ sent }: SourceRecord) => sent?.epoch === epoch && Math.abs(Date.now() - sent.at) < CHECKED_MS;
      return here.flatMap((source) => (source && !isSent(source) ? [source] : []));
    },
    sent: async (id) => {
      const { epoch } = await readMeta(db);
      await db.sources.update(id, { sent: { epoch, at: Date.now() } });
    },
  };
}
