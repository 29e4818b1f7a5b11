import type { Epoch, Rev, SnapshotId } from './ids.ts';
import type { GenerationRow, LocalRow, Received, VideoRow } from './local-row.ts';
import type { GenerationWireRow, VideoWireRow } from './protocol.ts';
import { type Field, type Fields, MONOTONE_FIELDS } from './records.ts';
import { pendingFields } from './save-state.ts';

type Live<Row> = Exclude<Row, { purged: true }>;

/** What comes with a received row: where it was read, and whether it answers this device's own push. */
export interface Reception {
  readonly epoch: Epoch;
  /** The snapshot whose page held the row; an acknowledgement does not count as seen. [PULL-3] */
  readonly snapshot: SnapshotId | null;
  readonly answersPush: boolean;
  /** It comes from a history that this app is not told of: revisions say nothing about what is newer. [PULL-7] */
  readonly isForeign?: boolean;
  /** It came with a page of a snapshot, which tells all films: what a generation yielded and is not there was purged. [PULL-3] */
  readonly inSnapshot?: boolean;
}

/** A row of the server merged into what this device has of it. [PUSH-3] */
export function receiveVideo(local: VideoRow | undefined, wire: Live<VideoWireRow>, how: Reception): VideoRow {
  return { ...receive(local, wire, how), id: wire.id, create: wire.create, copyId: local?.copyId ?? wire.id };
}

/** @see receiveVideo */
export function receiveGeneration(
  local: GenerationRow | undefined,
  wire: Live<GenerationWireRow>,
  how: Reception,
): GenerationRow {
  return { ...receive(local, wire, how), id: wire.id, create: wire.create };
}

/** Field by field the newer stamp wins, on every device and on the server alike. */
export function mergeFields(a: Fields, b: Fields): Fields {
  const merged: Record<string, Field> = { ...a };
  for (const [name, field] of Object.entries(b)) {
    const mine = merged[name];
    merged[name] = mine && !supersedes(name, field, mine) ? mine : field;
  }
  return merged;
}

/** Whether `next` wins over `current` as the value of a field. [HLC-1] */
function supersedes(name: string, next: Field, current: Field): boolean {
  if (MONOTONE_FIELDS.has(name) && (next[0] === null) !== (current[0] === null)) return next[0] !== null;
  if (next[1] !== current[1]) return next[1] > current[1];
  return JSON.stringify(next[0]) > JSON.stringify(current[0]);
}

function receive<Server>(
  local: LocalRow<Server> | undefined,
  wire: { readonly rev: Rev; readonly fields: Fields; readonly server: Server },
  how: Reception,
): LocalRow<Server> {
  const stamps = Object.fromEntries(Object.entries(wire.fields).map(([name, [, stamp]]) => [name, stamp]));
  const arriving = { epoch: how.epoch, rev: wire.rev, stamps, server: wire.server };
  const held = local?.received ?? null;
  const fields = mergeFields(local?.fields ?? {}, wire.fields);
  const received = held === null || how.isForeign || replaces(arriving, held) ? arriving : held;
  // An answer to a push, or nothing left to push, ends what earlier pushes of the row met.
  const settled = local === undefined || how.answersPush || pendingFields({ fields, received }).length === 0;
  // Members that a newer version of the app wrote into its row stay in it. [PULL-7]
  return {
    ...local,
    fields,
    received,
    known: null,
    rejection: settled ? null : local.rejection,
    failures: settled ? 0 : local.failures,
    seenIn: how.snapshot ?? local?.seenIn ?? null,
  };
}

/** Revisions only compare within one epoch. [ROW-2] */
function replaces<Server>(arriving: Received<Server>, held: Received<Server>): boolean {
  return held.epoch !== arriving.epoch || arriving.rev >= held.rev;
}
