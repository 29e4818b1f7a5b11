import * as v from 'valibot';
import { type GenerationId, type Head, type UserId, type VideoId, VideoIdSchema } from '../../sync/ids.ts';
import type { GenerationOp, Result, VideoOp } from '../../sync/protocol.ts';
import type { VideoCreate } from '../../sync/records.ts';
import type { Database, Statement } from '../db/database.ts';
import {
  insertIngestJobs,
  resolveAliases,
  selectGenerations,
  selectVideos,
  upsertGenerations,
  upsertVideos,
} from './commit-sql.ts';
import { advanceHead, type Commit, headQuery, toHead } from './heads.ts';
import { leaders } from './identity.ts';
import { generationRow, type SqlRow, videoRow } from './rows.ts';

export interface CommitDeps {
  readonly db: Database;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** @see Commit */
  readonly nonce: () => string;
}

export interface Push {
  readonly user: UserId;
  readonly videos: readonly VideoOp[];
  readonly generations: readonly GenerationOp[];
  /** Whether the device knows the present history; else it may create no generation. [GEN-2] */
  readonly knowsEpoch: boolean;
}

export interface Committed {
  readonly head: Head;
  readonly rev: number;
  /** One for each op, in order, videos first. */
  readonly results: readonly Result[];
}

/** Merges a push into a user's rows as one transaction in one round trip. [PUSH-6] */
export async function commitPush(deps: CommitDeps, push: Push): Promise<Committed> {
  const now = deps.now();
  const [generations, early] = partition(push.generations, (op) => push.knowsEpoch || op.create === undefined);
  const commit = { now, nonce: deps.nonce() };
  const videoStatements = push.videos.length > 0 ? writeVideos(push.user, push.videos, commit) : [];
  const generationArgs = { user: push.user, now, ops: JSON.stringify(generations.map((op) => flat(op, now))) };
  const generationStatements =
    generations.length > 0
      ? [{ sql: upsertGenerations, args: generationArgs }, ...advanceHead(push.user, commit.nonce)]
      : [];
  const reads = [
    { sql: selectVideos, args: videoArgs(push.user, push.videos, now) },
    { sql: selectGenerations, args: generationArgs },
    headQuery(push.user),
  ];
  const results = await deps.db.sql.batch([...videoStatements, ...generationStatements, ...reads], 'write');
  const [videoRows, generationRows, heads] = results.slice(-reads.length);
  return {
    ...toHead(heads?.rows[0]),
    results: [
      ...(videoRows?.rows ?? []).map(videoResult),
      ...(generationRows?.rows ?? []).map(generationResult),
      ...early.map(({ id }) => tooEarly(id)),
    ],
  };
}

/**
 * Statements that insert videos the server itself learned of, with their ingest jobs, and move the
 * head; they change nothing where a device was first. [GEN-1]
 */
export function videoInsertStatements(
  user: UserId,
  videos: readonly { readonly id: VideoId; readonly create: VideoCreate; readonly set?: VideoOp['set'] }[],
  commit: Commit,
): Statement[] {
  const ops = videos.map((video) => ({ set: {}, ...video }));
  return writeVideos(user, ops, commit);
}

function writeVideos(user: UserId, ops: readonly VideoOp[], commit: Commit): Statement[] {
  const args = videoArgs(user, ops, commit.now);
  return [
    ...[...resolveAliases, upsertVideos, insertIngestJobs].map((sql) => ({ sql, args })),
    ...advanceHead(user, commit.nonce),
  ];
}

function videoArgs(user: UserId, ops: readonly VideoOp[], now: number) {
  const led = leaders(ops);
  return { user, now, ops: JSON.stringify(ops.map((op) => ({ ...flat(op, now), leader: led.get(op.id) ?? null }))) };
}

/** An op as the statements read it. A device's clock never makes a record of the future. [ROW-3] */
function flat(op: VideoOp | GenerationOp, now: number) {
  if (!op.create) return { id: op.id, create: null, known: null, set: op.set };
  const { known = null, ...create } = op.create;
  return { id: op.id, create: { ...create, createdAt: Math.min(create.createdAt, now) }, known, set: op.set };
}

function videoResult(row: SqlRow): Result {
  const pushed = String(row.pushed_id);
  if (row.id === null) return unknown('video', pushed);
  const wire = videoRow(row);
  if ('purged' in wire) return purged('video', pushed);
  return pushed === wire.id
    ? { kind: 'video', id: wire.id, status: 'ok', row: wire }
    : { kind: 'video', id: v.parse(VideoIdSchema, pushed), status: 'ok', row: wire, alias: wire.id };
}

function generationResult(row: SqlRow): Result {
  const pushed = String(row.pushed_id);
  if (row.id === null) return unknown('generation', pushed);
  const wire = generationRow(row);
  return 'purged' in wire ? purged('generation', pushed) : { kind: 'generation', id: wire.id, status: 'ok', row: wire };
}

function purged(kind: string, id: string): Result {
  return { kind, id, status: 'rejected', code: 'purged', message: 'It was deleted for good.' };
}

function unknown(kind: string, id: string): Result {
  return { kind, id, status: 'rejected', code: 'unknown', message: 'The server does not know this record.' };
}

function tooEarly(id: GenerationId): Result {
  return {
    kind: 'generation',
    id,
    status: 'retry',
    code: 'epoch',
    message: 'Read the changes first, then send it again.',
  };
}

function partition<T>(all: readonly T[], belongs: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(belongs), all.filter((item) => !belongs(item))];
}
