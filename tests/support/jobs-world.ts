/** Generations and ingest on a real database and a real file store, with a clock, a provider and a network of the test's own. */
import { createHash, getRandomValues, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { createFsBlobStore } from '../../server/entry/fs-blob-store.ts';
import { createFsUploadStore } from '../../server/entry/fs-upload-store.ts';
import { createSha256 } from '../../server/entry/sha256.ts';
import { createJobLoop, type JobDeps } from '../../server/generation/jobs.ts';
import { NO_LIMITS } from '../../server/generation/limits.ts';
import type { JobStatus, TakenImage, VideoProvider } from '../../server/generation/provider.ts';
import { NO_WEBHOOKS } from '../../server/generation/submission.ts';
import { createLog } from '../../server/log.ts';
import type { BlobStore } from '../../server/media/blob-store/blob-store.ts';
import type { GuardedReply } from '../../server/media/guarded-fetch.ts';
import type { UploadDeps } from '../../server/media/uploads/upload-deps.ts';
import { createNoMetrics } from '../../server/metrics.ts';
import { commitPush } from '../../server/sync/commit.ts';
import { newNonce } from '../../server/sync/heads.ts';
import { generationRow, type SqlRow, videoRow } from '../../server/sync/rows.ts';
import {
  type GenerationId,
  GenerationIdSchema,
  UserIdSchema,
  uuidv7,
  type VideoId,
  VideoIdSchema,
} from '../../sync/ids.ts';
import { GenerationCreateSchema, VideoCreateSchema } from '../../sync/records.ts';
import { openTestDatabase } from './database.ts';
import { TEST_VAPID } from './push.ts';

export const ALICE = v.parse(UserIdSchema, 'alice');
/** A real H.264 film of one second, 64 by 36. */
export const FILM = new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures/tiny.mp4')));
export const FILM_SHA256 = createHash('sha256').update(FILM).digest('hex');
export const POSTER = new Uint8Array(
  Buffer.from('RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0/\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0', 'latin1'),
);

export interface JobsWorld extends AsyncDisposable {
  readonly deps: UploadDeps & JobDeps;
  readonly provider: StubProvider;
  /** What a URL answers; unreachable where there is nothing. */
  readonly web: Map<string, () => GuardedReply>;
  readonly blobs: BlobStore;
  readonly now: () => number;
  readonly pass: (ms: number) => void;
  /** Works on whatever is due now, by `deps` or by others that stand in for another process. */
  readonly work: (deps?: JobDeps) => Promise<void>;
  readonly pushVideo: (create?: Readonly<Record<string, unknown>>) => Promise<VideoId>;
  readonly pushGeneration: (create?: Readonly<Record<string, unknown>>) => Promise<GenerationId>;
  readonly video: (id: string) => Promise<LiveVideo>;
  readonly videos: () => Promise<readonly SqlRow[]>;
  readonly generation: (id: string) => Promise<LiveGeneration>;
  readonly jobs: () => Promise<readonly SqlRow[]>;
  readonly head: () => Promise<number>;
  /** Of the blob store. */
  readonly directory: string;
  /** Every file of the blob store, by its path. */
  readonly files: () => Promise<readonly string[]>;
  readonly sql: (sql: string, args?: (string | number)[]) => Promise<readonly SqlRow[]>;
}

type LiveVideo = Exclude<ReturnType<typeof videoRow>, { purged: true }>;
type LiveGeneration = Exclude<ReturnType<typeof generationRow>, { purged: true }>;

export interface StubProvider extends VideoProvider {
  /** What was asked of it, in order. */
  readonly calls: string[];
  /** What it says of every job. */
  says: JobStatus | Error;
  submits: () => ReturnType<VideoProvider['submit']>;
  cancel: VideoProvider['cancel'];
  takeImage: VideoProvider['takeImage'];
  outputs: Map<string, Uint8Array<ArrayBuffer>>;
  /** What becomes of a picture of this hash. */
  takes: (sha256: string) => Promise<TakenImage>;
  resubmitIsFree: boolean;
  find: VideoProvider['find'];
  readWebhook: VideoProvider['readWebhook'];
}

export async function createJobsWorld(): Promise<JobsWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'vidfab-jobs-'));
  const db = await openTestDatabase();
  const blobs = createFsBlobStore({ directory });
  const provider = createStubProvider();
  const web: JobsWorld['web'] = new Map();
  let now = 1_800_000_000_000;
  const deps: JobsWorld['deps'] = {
    db,
    blobs,
    uploads: createFsUploadStore({ directory }),
    provider,
    webhookUrl: NO_WEBHOOKS,
    limits: NO_LIMITS,
    remote: async (url) => web.get(url)?.() ?? { kind: 'unreachable', message: 'No answer' },
    vapid: TEST_VAPID,
    clock: () => now,
    random: (bytes) => getRandomValues(new Uint8Array(bytes)),
    sha256: createSha256,
    log: createLog({ level: 'silent', clock: () => now, write: () => undefined }),
    metrics: createNoMetrics(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
  const commit = { db, now: () => now, nonce: () => newNonce(deps.random) };
  const sql: JobsWorld['sql'] = async (text, args = []) => (await db.sql.execute({ sql: text, args })).rows;

  return {
    deps,
    provider,
    web,
    blobs,
    directory,
    sql,
    now: () => now,
    pass: (ms) => {
      now += ms;
    },
    work: (theirs = deps) => createJobLoop(theirs).runSlice(60_000),
    pushVideo: async (given = {}) => {
      const id = v.parse(VideoIdSchema, uuidv7(now, randomBytes(10)));
      const create = v.parse(VideoCreateSchema, { origin: 'generated', prompt: 'A fox', createdAt: now, ...given });
      await commitPush(commit, { user: ALICE, videos: [{ id, create, set: {} }], generations: [], knowsEpoch: true });
      return id;
    },
    pushGeneration: async (given = {}) => {
      const id = v.parse(GenerationIdSchema, uuidv7(now, randomBytes(10)));
      const videoIds = [uuidv7(now, randomBytes(10))];
      const usual = { prompt: 'A fox', model: 'stub/film', provider: 'stub', videoIds, createdAt: now };
      const create = v.parse(GenerationCreateSchema, { ...usual, ...given });
      await commitPush(commit, { user: ALICE, videos: [], generations: [{ id, create, set: {} }], knowsEpoch: true });
      return id;
    },
    video: async (id) => {
      const [row] = await sql('SELECT * FROM video WHERE id = ?', [id]);
      const wire = row && videoRow(row);
      if (!wire || 'purged' in wire) throw new Error(`there is no video ${id}`);
      return wire;
    },
    videos: () => sql('SELECT * FROM video'),
    generation: async (id) => {
      const [row] = await sql('SELECT * FROM generation WHERE id = ?', [id]);
      const wire = row && generationRow(row);
      if (!wire || 'purged' in wire) throw new Error(`there is no generation ${id}`);
      return wire;
    },
    jobs: () => sql('SELECT * FROM ingest_job'),
    head: async () => Number((await sql('SELECT max(rev) AS rev FROM user_head'))[0]?.rev ?? 0),
    files: async () => {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

export const STUB_OUTPUT = {
  url: 'stub:film/0',
  contentType: 'video/mp4',
  width: 64,
  height: 36,
  durationMs: 1000,
  thumbhash: null,
};

function createStubProvider(): StubProvider {
  const stub: StubProvider = {
    calls: [],
    says: { kind: 'running', progress: 0.5 },
    submits: async () => ({ kind: 'submitted', reference: { job: 7 }, requestId: 'request-7' }),
    takes: async (sha256) => ({ kind: 'taken', image: sha256.slice(0, 4) }),
    outputs: new Map([[STUB_OUTPUT.url, FILM]]),
    name: 'stub',
    models: [],
    resubmitIsFree: true,
    pollEveryMs: 1000,
    slowestPollMs: 1000,
    deadlineMs: () => 3_600_000,
    outputLifetimeMs: null,
    find: null,
    readWebhook: null,
    refreshModels: null,
    checkKey: null,
    takeImage: async ({ sha256 }) => {
      stub.calls.push('image');
      return stub.takes(sha256);
    },
    submit: ({ image }) => {
      stub.calls.push(image === undefined ? 'submit' : `submit ${image}`);
      return stub.submits();
    },
    status: async () => {
      stub.calls.push('status');
      if (stub.says instanceof Error) throw stub.says;
      return stub.says;
    },
    cancel: async () => void stub.calls.push('cancel'),
    openOutput: async (url) => {
      const bytes = stub.outputs.get(url);
      if (!bytes) return null;
      const read = (range = { start: 0, end: bytes.length - 1 }) => streamOf(bytes.slice(range.start, range.end + 1));
      return { size: bytes.length, contentType: 'video/mp4', read };
    },
    poster: async () => POSTER,
  };
  return stub;
}

/** A 200 of these bytes. */
export function answer(
  bytes: Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): () => GuardedReply {
  return () => ({ kind: 'reply', status: 200, headers: new Headers(headers), body: streamOf(bytes) });
}

export function status(code: number): () => GuardedReply {
  return () => ({ kind: 'reply', status: code, headers: new Headers(), body: null });
}

function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start: (controller) => {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
