import * as v from 'valibot';
import {
  type Epoch,
  EpochSchema,
  type GenerationId,
  GenerationIdSchema,
  headRev,
  type SnapshotId,
  SnapshotIdSchema,
  type VideoId,
  VideoIdSchema,
} from './ids.ts';
import { type AnyRow, type GenerationRow, newVideoRow, type Rejection, type VideoRow } from './local-row.ts';
import { mergeFields, type Reception, receiveGeneration, receiveVideo } from './merge.ts';
import type { LocalTransaction, RowTable, SyncMeta } from './ports.ts';
import type { GenerationWireRow, Result, SyncReply, SyncRequest, VideoWireRow } from './protocol.ts';
import { dropPurged } from './purge.ts';
import { isFinal, videosOf } from './records.ts';
import { restampAhead } from './restamp.ts';

export type Applied =
  | {
      readonly kind: 'applied';
      /** Rows that the server answered for good, and edits that got a stamp which it will take. */
      readonly settled: number;
      /** Whether the cursor was dropped, for a snapshot to decide. */
      readonly startsOver: boolean;
    }
  /** Another cycle moved the cursor first; the reply left no trace. [PULL-6] */
  | { readonly kind: 'stale' };

export interface Exchange {
  readonly request: Pick<SyncRequest, 'cursor' | 'user' | 'stats'>;
  readonly reply: SyncReply;
  readonly nowMs: number;
  /** Of the purged videos in the reply those whose bytes are all here. */
  readonly verified: ReadonlySet<VideoId>;
}

/** Writes a reply into the local database, whole or not at all. */
export async function applyReply(tx: LocalTransaction, exchange: Exchange): Promise<Applied> {
  const { request, reply, nowMs, verified } = exchange;
  const meta = await tx.meta();
  if (meta.cursor !== request.cursor || meta.user !== request.user) return { kind: 'stale' };
  // A server that tells this app nothing more is heard only on what was pushed; its history is read after the update.
  const epoch = reply.upgrade ? (meta.epoch ?? reply.epoch) : reply.epoch;
  const isForeign = epoch !== reply.epoch;
  const left = leftEpochs(meta, reply.epoch);
  // Put back to where it was before a restore, the server lacks what was heard in between. [PULL-5]
  const cameBack = !isForeign && left.includes(epoch);
  if (cameBack) await disown(tx, epoch);
  if (meta.epoch !== null && meta.epoch !== epoch) await rederiveAll(tx, epoch);
  // First, so that whatever is written below is derived by the epoch that is now the present one.
  const { snapshot } = reply;
  const firstSnapshot = meta.epoch === null && snapshot?.start ? snapshot.id : meta.firstSnapshot;
  const heard = {
    epoch,
    clockOffset: reply.serverTime - nowMs,
    lastSyncAt: nowMs,
    ...(firstSnapshot && { firstSnapshot }),
    pastEpochs: left.filter((one) => !cameBack || one !== epoch).slice(-MOST_PAST_EPOCHS),
  };
  await tx.putMeta({ ...meta, ...heard });

  const inSnapshot = snapshot !== undefined;
  const unknown = await applyResults(tx, reply.results, {
    epoch,
    verified,
    isForeign,
    inSnapshot,
  });
  const how = { epoch, snapshot: snapshot?.id ?? null, answersPush: false, inSnapshot };
  await receiveVideos(tx, reply.changes.videos, how, verified);
  await receiveGenerations(tx, reply.changes.generations, how);
  if (snapshot?.end && snapshot.id !== firstSnapshot) await sweep(tx, { ...snapshot, epoch }, verified);

  const isAhead = reply.results.some((result) => result.status === 'retry' && result.code === 'clock_ahead');
  const restamped = isAhead ? await restampAhead(tx, reply.serverTime) : 0;
  const now = await tx.meta();
  // A poll may have brought word of a newer head while this reply was on its way. [PULL-5]
  const isNewer = meta.epoch === reply.epoch && headRev(now.head) > headRev(reply.head);
  // A snapshot decides about rows that the server does not know: one that is under way, or else a new
  // one, but none where this app is told of no changes. [PULL-4] One that began before the epoch came
  // back has passed by rows that are in doubt again.
  const startsOver = cameBack ? !snapshot?.start : unknown && !snapshot && !reply.upgrade;
  await tx.putMeta({
    ...now,
    cursor: startsOver ? null : reply.cursor,
    head: isNewer ? now.head : reply.head,
    ...(request.stats && { statsAt: nowMs }),
  });
  const answered = reply.results.filter(isSettled).length;
  return { kind: 'applied', settled: answered + restamped, startsOver: startsOver && !reply.upgrade };
}

/** The epochs that this device has left, the present one among them where the server speaks in another. */
function leftEpochs({ epoch, pastEpochs = [] }: SyncMeta, spoken: Epoch): readonly Epoch[] {
  if (epoch === null || epoch === spoken) return pastEpochs;
  return [...pastEpochs.filter((one) => one !== epoch), epoch];
}

/** Whether the row of a result is done with; an unknown one waits for a snapshot. */
function isSettled(result: Result): boolean {
  return result.status === 'ok' || (result.status === 'rejected' && result.code !== 'unknown');
}

/** The videos that a reply says were purged, and those it does not know, which may have been. */
export function purgedIn({ results, changes }: Pick<SyncReply, 'results' | 'changes'>): readonly VideoId[] {
  const codes: readonly string[] = ['purged', 'unknown'];
  const refused = results.filter(
    (result) => result.kind === 'video' && 'code' in result && codes.includes(result.code),
  );
  const tombstones = changes.videos.filter((wire) => 'purged' in wire);
  return [...refused, ...tombstones].map(({ id }) => v.parse(VideoIdSchema, id));
}

/**
 * Merges generations and, for each that is seen to succeed, writes the videos that are not here
 * yet as pending, in the caller's transaction. [GEN-1]
 */
export async function receiveGenerations(
  tx: LocalTransaction,
  wires: readonly GenerationWireRow[],
  how: Reception,
): Promise<void> {
  const before = await tx.generations.getMany(wires.map(({ id }) => id));
  const received: GenerationRow[] = [];
  const gone: GenerationId[] = [];
  const completed: GenerationRow[] = [];
  wires.forEach((wire, index) => {
    const local = before[index];
    if ('purged' in wire) {
      gone.push(wire.id);
      return;
    }
    const row = receiveGeneration(local, wire, how);
    received.push(row);
    if (local && !isFinal(local.received?.server.status ?? 'queued')) completed.push(row);
  });
  await tx.generations.putMany(received, how.epoch);
  await tx.generations.deleteMany(gone);
  if (!how.inSnapshot) await writeCompleted(tx, completed, how.epoch);
}

async function writeCompleted(tx: LocalTransaction, rows: readonly GenerationRow[], epoch: Epoch): Promise<void> {
  const outputs = rows.flatMap(({ id, create, received }) =>
    received ? videosOf({ id, create, server: received.server }) : [],
  );
  if (outputs.length === 0) return;
  const present = await tx.videos.getMany(outputs.map(({ id }) => id));
  const missing = outputs.filter((_, index) => present[index] === undefined);
  await tx.videos.putMany(
    missing.map(({ id, create }) => newVideoRow(id, create)),
    epoch,
  );
}

async function receiveVideos(
  tx: LocalTransaction,
  wires: readonly VideoWireRow[],
  how: Reception,
  verified: ReadonlySet<VideoId>,
): Promise<void> {
  const before = await tx.videos.getMany(wires.map(({ id }) => id));
  const received: VideoRow[] = [];
  const gone: VideoId[] = [];
  wires.forEach((wire, index) => {
    if ('purged' in wire) gone.push(wire.id);
    else received.push(receiveVideo(before[index], wire, how));
  });
  await tx.videos.putMany(received, how.epoch);
  await dropPurged(tx, gone, verified);
}

/** Merges what the server says of each pushed row; true where it knew none of one. [PUSH-3] [PUSH-4] */
async function applyResults(
  tx: LocalTransaction,
  results: readonly Result[],
  how: Omit<Reception, 'snapshot' | 'answersPush'> & { readonly verified: ReadonlySet<VideoId> },
): Promise<boolean> {
  const { epoch, verified } = how;
  const answer = { ...how, snapshot: null, answersPush: true };
  let unknown = false;
  const videos: VideoWireRow[] = [];
  const generations: GenerationWireRow[] = [];
  for (const result of results) {
    if (result.status === 'ok') {
      if (result.kind === 'generation') generations.push(result.row);
      else if (result.alias) await adoptAlias(tx, { from: result.id, wire: result.row, how: answer });
      else videos.push(result.row);
    } else if (result.status === 'rejected') {
      // An unknown row is not the row's fault: a new snapshot decides about it. [PULL-4]
      if (result.code === 'unknown') unknown = true;
      else if (result.code !== 'purged') await reject(tx, result, epoch);
      else if (result.kind === 'video') await dropPurged(tx, [v.parse(VideoIdSchema, result.id)], verified);
      else if (result.kind === 'generation') await tx.generations.deleteMany([v.parse(GenerationIdSchema, result.id)]);
    }
  }
  await receiveVideos(tx, videos, answer, verified);
  await receiveGenerations(tx, generations, answer);
  return unknown;
}

/** The same video stands on the server under another id: edits and bytes move there. [ID-1] */
async function adoptAlias(
  tx: LocalTransaction,
  alias: { readonly from: VideoId; readonly wire: VideoWireRow; readonly how: Reception },
): Promise<void> {
  const { from, wire, how } = alias;
  const [mine, canonical] = await tx.videos.getMany([from, wire.id]);
  await tx.putAlias(from, wire.id);
  await tx.videos.deleteMany([from]);
  if ('purged' in wire) return tx.videos.deleteMany([wire.id]);
  const row = receiveVideo(canonical ?? mine, wire, how);
  await tx.videos.putMany([{ ...row, fields: mergeFields(row.fields, mine?.fields ?? {}) }], how.epoch);
}

/** A refused row stays, and says why. */
async function reject(
  tx: LocalTransaction,
  result: { readonly kind: string; readonly id: string; readonly code: string; readonly message: string },
  epoch: Epoch,
): Promise<void> {
  if (result.kind === 'video') await rejectIn(tx.videos, v.parse(VideoIdSchema, result.id), result, epoch);
  if (result.kind === 'generation')
    await rejectIn(tx.generations, v.parse(GenerationIdSchema, result.id), result, epoch);
}

async function rejectIn<Id, Row extends AnyRow>(
  table: RowTable<Id, Row>,
  id: Id,
  { code, message }: Rejection,
  epoch: Epoch,
): Promise<void> {
  const [row] = await table.getMany([id]);
  if (row) await table.putMany([{ ...row, rejection: { code, message }, failures: 0 }], epoch);
}

async function sweep(
  tx: LocalTransaction,
  snapshot: { readonly id: SnapshotId; readonly head: number; readonly epoch: Epoch },
  verified: ReadonlySet<VideoId>,
): Promise<void> {
  await dropPurged(tx, await sweepTable(tx.videos, snapshot), verified);
  await tx.generations.deleteMany(await sweepTable(tx.generations, snapshot));
}

/**
 * Gives back to the server the rows of another epoch that a whole snapshot did not contain. [PULL-3]
 * @returns those of this epoch that it did not contain: they were purged
 */
async function sweepTable<Id, Row extends AnyRow & { readonly id: Id }>(
  table: RowTable<Id, Row>,
  snapshot: { readonly id: SnapshotId; readonly head: number; readonly epoch: Epoch },
): Promise<readonly Id[]> {
  const absent = (await table.notSeenIn(snapshot.id)).filter((row) => row.received !== null);
  const lost = absent.filter((row) => row.received?.epoch !== snapshot.epoch);
  const purged = absent.filter((row) => row.received?.epoch === snapshot.epoch && row.received.rev <= snapshot.head);
  await table.putMany(
    lost.map((row) => ({ ...row, received: null, known: row.received?.server ?? null })),
    snapshot.epoch,
  );
  return purged.map(({ id }) => id);
}

const MOST_PAST_EPOCHS = 32;

/**
 * An epoch that this device had left is back: a backup from before it was left was put there in
 * silence. What was received in it may be of the branch that is gone, so nothing of it counts. [PULL-5]
 */
async function disown(tx: LocalTransaction, epoch: Epoch): Promise<void> {
  await disownIn(tx.videos, epoch);
  await disownIn(tx.generations, epoch);
}

async function disownIn<Id, Row extends AnyRow>(table: RowTable<Id, Row>, epoch: Epoch): Promise<void> {
  const rows = (await table.notSeenIn(NO_SNAPSHOT)).filter(({ received }) => received?.epoch === epoch);
  const forgotten = (row: Row) => (row.received ? { ...row, received: { ...row.received, epoch: NO_EPOCH } } : row);
  await table.putMany(rows.map(forgotten), epoch);
}

const NO_SNAPSHOT = v.parse(SnapshotIdSchema, '');
const NO_EPOCH = v.parse(EpochSchema, '0'.repeat(16));

async function rederiveAll(tx: LocalTransaction, epoch: Epoch): Promise<void> {
  await tx.videos.rederive(epoch);
  await tx.generations.rederive(epoch);
}
