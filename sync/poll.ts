import { receiveGenerations } from './apply.ts';
import { type Epoch, type Head, headRev } from './ids.ts';
import type { LocalTransaction } from './ports.ts';
import type { GenerationWireRow } from './protocol.ts';

/** A generation as a poll heard of it. */
export interface HeardGeneration {
  readonly row: GenerationWireRow;
  readonly epoch: Epoch;
  /** Where its history stood when it was read, or later. */
  readonly head: Head;
  /** What this device said that it had heard before; null where that was nothing. */
  readonly asked: Head | null;
  /** Whether the server knows that. */
  readonly known: boolean;
}

/**
 * Merges what a poll learned of a generation, and writes the videos that it yielded. [GEN-1] Of
 * another history, or of one that lost what this device heard, nothing is taken: the exchange tells
 * of it, and would not find the fork any more behind a newer head. [ROW-2] [PULL-5]
 */
export async function applyPoll(tx: LocalTransaction, heard: HeardGeneration): Promise<void> {
  const { row, epoch, head, asked, known } = heard;
  const meta = await tx.meta();
  if (meta.epoch !== epoch || meta.head !== asked || !known) return;
  await receiveGenerations(tx, [row], { epoch, snapshot: null, answersPush: false });
  // What came from this head is known to exist: a server that loses it is found out by it. [PULL-5]
  if (headRev(head) > headRev(meta.head)) await tx.putMeta({ ...(await tx.meta()), head });
}
