import type { Stamp } from './hlc.ts';
import type { Epoch, GenerationId, Rev, SnapshotId, VideoId } from './ids.ts';
import type { Fields, GenerationCreate, GenerationServer, VideoCreate, VideoServer } from './records.ts';

/** The state of a row as the server was last heard to have it. */
export interface Received<Server> {
  readonly epoch: Epoch;
  readonly rev: Rev;
  /** The stamp of each client field in that row; what is newer here is pending. [PUSH-1] */
  readonly stamps: Readonly<Record<string, Stamp>>;
  readonly server: Server;
}

/** Why a row is not being sent until a person acts. [PUSH-4] */
export interface Rejection {
  readonly code: string;
  readonly message: string;
}

/** What the two kinds share. */
export interface LocalRow<Server> {
  readonly fields: Fields;
  /** Null until the server acknowledged the row. [PUSH-2] */
  readonly received: Received<Server> | null;
  /** The server fields last seen, while the server has yet to get this row back after a restore. [PULL-3] */
  readonly known: Server | null;
  readonly rejection: Rejection | null;
  /** Pushes of this row in a row that were answered with an error; no answer does not count. */
  readonly failures: number;
  /** The last snapshot whose pages contained the row. [PULL-3] */
  readonly seenIn: SnapshotId | null;
}

export interface VideoRow extends LocalRow<VideoServer> {
  readonly id: VideoId;
  readonly create: VideoCreate;
  /** Key of this device's bytes; it survives a change of `id`, so an alias copies nothing. [ID-1] */
  readonly copyId: string;
  /** Absent where this device has offered the server no bytes of it, or the server has stored just those. */
  readonly offer?: BytesOffer | undefined;
}

/** What became of the bytes that this device offered the server. */
export interface BytesOffer {
  /** Of the bytes here, lower-case hex. */
  readonly sha256: string;
  /** Attempts in a row that were answered with an error; no answer does not count. */
  readonly failures: number;
  /** Why they are not sent until a person acts. */
  readonly refusal: Rejection | null;
}

export interface GenerationRow extends LocalRow<GenerationServer> {
  readonly id: GenerationId;
  readonly create: GenerationCreate;
  /** Why the server does not take its picture from this device, until a person acts. */
  readonly pictureRefusal?: Rejection | undefined;
}

export type AnyRow = VideoRow | GenerationRow;

/** The value of a client field, or undefined where no person has set it. */
export function fieldValue(row: { readonly fields: Fields }, name: string): unknown {
  return row.fields[name]?.[0];
}

/** A row as this device creates it: no stamps, never acknowledged. [ROW-1] */
export function newVideoRow(id: VideoId, create: VideoCreate): VideoRow {
  return { id, create, copyId: id, ...UNSENT };
}

/** @see newVideoRow */
export function newGenerationRow(id: GenerationId, create: GenerationCreate): GenerationRow {
  return { id, create, ...UNSENT };
}

const UNSENT = { fields: {}, received: null, known: null, rejection: null, failures: 0, seenIn: null } as const;
