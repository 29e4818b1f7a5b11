import * as v from 'valibot';
import type { Database } from '../../../server/db/database.ts';
import { type CommitDeps, type Committed, commitPush } from '../../../server/sync/commit.ts';
import { exchange } from '../../../server/sync/exchange.ts';
import { newNonce } from '../../../server/sync/heads.ts';
import { nextStamp, type Stamp, ZERO_STAMP } from '../../../sync/hlc.ts';
import {
  DeviceIdSchema,
  GenerationIdSchema,
  type UserId,
  UserIdSchema,
  uuidv7,
  VideoIdSchema,
} from '../../../sync/ids.ts';
import { type GenerationOp, PROTOCOL, type SyncReply, type SyncRequest, type VideoOp } from '../../../sync/protocol.ts';
import { GenerationCreateSchema, VideoCreateSchema } from '../../../sync/records.ts';

export const alice = v.parse(UserIdSchema, 'alice');
export const bob = v.parse(UserIdSchema, 'bob');
export const phone = v.parse(DeviceIdSchema, '0123456789abcdef');
export const laptop = v.parse(DeviceIdSchema, 'fedcba9876543210');
export const DAY_MS = 24 * 60 * 60_000;

/** An empty, migrated database with an epoch. */
export type OpenDatabase = () => Promise<Database>;

/** A server's store with a clock that stands still until it is told otherwise. */
export interface StoreWorld {
  readonly db: Database;
  readonly commit: CommitDeps;
  readonly random: (bytes: number) => Uint8Array<ArrayBuffer>;
  readonly now: () => number;
  readonly pass: (ms: number) => void;
  readonly push: (user: UserId, videos: readonly VideoOp[]) => Promise<Committed>;
  /** One exchange of a device; what is left out is empty. */
  readonly exchange: (request: Partial<SyncRequest>, deps?: { readonly oldestReadable: number }) => Promise<SyncReply>;
  readonly sql: (sql: string, args?: (string | number)[]) => Promise<readonly Record<string, unknown>[]>;
  readonly countVideos: (user: UserId) => Promise<number>;
}

export async function openWorld(open: OpenDatabase): Promise<StoreWorld> {
  const db = await open();
  let now = 1_800_000_000_000;
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  const commit = { db, now: () => now, nonce: () => newNonce(random) };
  const sql = async (text: string, args: (string | number)[] = []) => (await db.sql.execute({ sql: text, args })).rows;
  return {
    db,
    commit,
    random,
    now: () => now,
    pass: (ms) => {
      now += ms;
    },
    push: (user, videos) => commitPush(commit, { user, videos, generations: [], knowsEpoch: true }),
    exchange: (request, deps) => {
      const empty = { cursor: null, head: null, limit: 2500, push: { videos: [], generations: [] } };
      const whole = { protocol: PROTOCOL, user: alice, device: phone, ...empty, ...request };
      return exchange({ db, clock: () => now, random, wake: () => undefined, ...deps }, whole);
    },
    sql,
    countVideos: async (user) => Number((await sql('SELECT count(*) AS n FROM video WHERE user_id = ?', [user]))[0]?.n),
  };
}

export function newId(): string {
  return uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}

export function newVideo(create: Record<string, unknown>): VideoOp {
  const fields = v.parse(VideoCreateSchema, { origin: 'generated', createdAt: 1_700_000_000_000, ...create });
  return { id: v.parse(VideoIdSchema, newId()), create: fields, set: {} };
}

export function newGeneration(create: Record<string, unknown>): GenerationOp {
  const base = { prompt: 'p', model: 'm', provider: 'local', videoIds: [newId()], createdAt: 1_700_000_000_000 };
  const id = v.parse(GenerationIdSchema, newId());
  return { id, create: v.parse(GenerationCreateSchema, { ...base, ...create }), set: {} };
}

export function createdOf(op: VideoOp) {
  return v.parse(VideoCreateSchema, op.create);
}

export function edit(op: VideoOp, field: string, value: unknown, at: Stamp): VideoOp {
  return { id: op.id, set: { [field]: [value, at] } };
}

export function stamp(nowMs: number, device = phone): Stamp {
  return nextStamp({ nowMs, device, last: ZERO_STAMP, seen: ZERO_STAMP });
}

export function fieldsOf(result: Committed['results'][number] | undefined) {
  return result?.status === 'ok' && 'fields' in result.row ? result.row.fields : null;
}
