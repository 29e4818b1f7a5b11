import { receiveGenerations } from '../../sync/apply.ts';
import { type Epoch, type Head, headRev } from '../../sync/ids.ts';
import type { GenerationWireRow } from '../../sync/protocol.ts';
import type { UserDatabase } from './database.ts';
import { createSyncStore } from './sync-store.ts';

/** A generation as a poll heard of it, and where its history then stood. */
export interface HeardGeneration {
  readonly row: GenerationWireRow;
  readonly epoch: Epoch;
  readonly head: Head;
}

/** Writes what a poll learned of a generation, and the videos it yielded, in one transaction. [GEN-1] */
export async function recordGeneration(db: UserDatabase, { row, epoch, head }: HeardGeneration): Promise<void> {
  await createSyncStore(db).transact(async (tx) => {
    const meta = await tx.meta();
    // A row of another history waits for the exchange that tells of it. [ROW-2]
    if (meta.epoch !== epoch) return;
    await receiveGenerations(tx, [row], { epoch, snapshot: null, answersPush: false });
    // What came from this head is known to exist: a server that lost it is found out by it. [PULL-5]
    if (headRev(head) > headRev(meta.head)) await tx.putMeta({ ...(await tx.meta()), head });
  });
}
