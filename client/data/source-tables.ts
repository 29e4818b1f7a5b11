import type { SourceId } from '../../sync/ids.ts';
import type { GenerationRow, Rejection } from '../../sync/local-row.ts';
import type { SourceRecord, UserDatabase } from './database.ts';
import { sourceIdOf } from './source-id.ts';
import { readMeta } from './sync-store.ts';

/** What the uploader knows of the pictures that there are to send. */
export interface SourceTables {
  /** Those that a generation waits for and the server lacks, oldest first. */
  readonly due: () => Promise<readonly SourceRecord[]>;
  /** The server has it. */
  readonly sent: (id: SourceId) => Promise<void>;
  /** The server does not take it: what waits for it says so, and it is not sent for that again. */
  readonly refused: (id: SourceId, refusal: Rejection) => Promise<void>;
}

/** How soon after it was sent the server is doubted that still waits for it. */
const CHECKED_MS = 10 * 60_000;

export function createSourceTables(db: UserDatabase): SourceTables {
  const open = () => db.generations.where('open').equals(1);
  return {
    due: async () => {
      const { epoch } = await readMeta(db);
      const ids = (await open().filter(waits).toArray()).flatMap((row) => sourceIdOf(row) ?? []);
      const here = await db.sources.bulkGet(ids);
      const isSent = ({ sent }: SourceRecord) => sent?.epoch === epoch && Math.abs(Date.now() - sent.at) < CHECKED_MS;
      return here.flatMap((source) => (source && !isSent(source) ? [source] : []));
    },
    sent: async (id) => {
      const { epoch } = await readMeta(db);
      await db.sources.update(id, { sent: { epoch, at: Date.now() } });
    },
    refused: async (id, pictureRefusal) => {
      const those = open().filter((row) => sourceIdOf(row) === id);
      await those.modify({ pictureRefusal });
    },
  };
}

/** Not yet sent, it will wait: what is taken with its picture starts at once. */
function waits({ received, rejection, pictureRefusal }: GenerationRow): boolean {
  if (pictureRefusal) return false;
  return received === null ? rejection === null : received.server.status === 'waiting_source';
}
