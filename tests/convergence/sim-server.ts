import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Database, SqlClient, Statement } from '../../server/db/database.ts';
import { claimGenerations } from '../../server/generation/generation-job.ts';
import { NO_LIMITS } from '../../server/generation/limits.ts';
import { type ReconcileDeps, reconcile } from '../../server/generation/reconcile.ts';
import { NO_WEBHOOKS } from '../../server/generation/submission.ts';
import type { Log } from '../../server/log.ts';
import {
  claimIngestJobs,
  dropJob,
  failedStatements,
  type IngestJob,
  postpone,
  storedStatements,
} from '../../server/media/ingest-job.ts';
import { sourceOf } from '../../server/media/source.ts';
import { ensureEpoch, readHistory } from '../../server/sync/epoch.ts';
import { type ExchangeDeps, exchange } from '../../server/sync/exchange.ts';
import { newNonce } from '../../server/sync/heads.ts';
import { readNews } from '../../server/sync/news.ts';
import { purgeDue } from '../../server/sync/purge.ts';
import { generationRow } from '../../server/sync/rows.ts';
import { type Head, type UserId, UserIdSchema, VideoIdSchema } from '../../sync/ids.ts';
import type { HeardGeneration } from '../../sync/poll.ts';
import { type News, NewsSchema, type SyncRequest, SyncRequestSchema } from '../../sync/protocol.ts';
import type { Answer } from '../../sync/simulation/network.ts';
import type { Random } from '../../sync/simulation/random.ts';
import { packReply, packRequest, unpackRequest } from '../../sync/wire.ts';
import { createMortalClient, type KillAt } from './mortal-client.ts';
import { createPreparedClient, type PreparedClient } from './prepared-client.ts';
import { createSessionRoute } from './session-route.ts';
import { createSimProvider, type SimProvider } from './sim-provider.ts';

export type TableRow = Readonly<Record<string, unknown>>;

export interface ServerDeps {
  readonly now: () => number;
  readonly random: () => Random;
}

export interface SimServer {
  readonly provider: SimProvider;
  /** Answers a request as `POST /api/sync` does. */
  readonly deliver: (
    request: SyncRequest,
    options: {
      readonly session: string;
      readonly oldestReadable: number;
      readonly killAt: KillAt;
      readonly columns: boolean;
    },
  ) => Promise<Answer>;
  /** What `GET /api/generations/:id` tells; null for 404. */
  readonly poll: (user: UserId, id: string, head: Head | null) => Promise<Omit<HeardGeneration, 'asked'> | null>;
  /** What the event stream tells a device that was told `since`; null where that is the head alone. */
  readonly news: (user: UserId, since: Head) => Promise<News | null>;
  /** Where a person's history stands, and whether `heard` is of it. */
  readonly history: (user: UserId, heard: Head | null) => ReturnType<typeof readHistory>;
  /** Takes every generation that is due one step on. @returns whether the process was killed in it */
  readonly work: (killAt: KillAt) => Promise<boolean>;
  /** Settles the ingest jobs that are due. @param fails those that only a person can help */
  readonly ingest: (fails: (video: string) => boolean) => Promise<void>;
  /** What an upload leaves behind, for videos that no URL brings. */
  readonly upload: () => Promise<void>;
  readonly purge: () => Promise<void>;
  readonly videos: () => readonly TableRow[];
  readonly generations: () => readonly TableRow[];
  /** The newest revision of every user. */
  readonly heads: () => readonly TableRow[];
  readonly epoch: (user: UserId) => string;
  readonly ingestJobs: () => number;
  readonly backup: () => void;
  /** Puts the backup back. @param announced as `npm run restore` does, with a blank epoch */
  readonly restore: (announced: boolean) => Promise<void>;
  /** An empty database and a provider that was never called. */
  readonly reset: () => Promise<void>;
}

const TABLES = [
  'meta',
  'user_head',
  'head_history',
  'video',
  'video_alias',
  'generation',
  'ingest_job',
  'blob_deletion',
] as const;

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * The real code of the server on libSQL in memory. One is made for each worker and emptied between
 * histories. @param wrap another client to put the real one behind
 */
export function createSimServer(deps: ServerDeps): SimServer {
  const client = createPreparedClient();
  const folder = join(import.meta.dirname, '../../migrations');
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.sql')) client.exec(readFileSync(join(folder, name), 'utf8'));
  }
  const columns = new Map(TABLES.map((table) => [table, columnsOf(client, table)]));
  for (const table of TABLES) client.exec(`CREATE TABLE backup_${table} AS SELECT ${columns.get(table)} FROM ${table}`);

  const provider = createSimProvider();
  const random = (bytes: number) => deps.random().bytes(bytes);
  const nonce = () => newNonce(random);
  const commit = () => ({ now: deps.now(), nonce: nonce() });
  const db = databaseOver(client);
  const run = (sql: string, args: Statement['args'] = []) => client.execute({ sql, args });
  // Bytes in the blob store, which no restore of the database takes back.
  const blobs = new Map<string, string>();
  // What a submission leaves there.
  const marks = new Map<string, Uint8Array<ArrayBuffer>>();
  const markStore: ReconcileDeps['blobs'] = {
    putSmall: async (key, bytes) => {
      if (marks.has(key)) return 'exists';
      marks.set(key, bytes);
      return 'stored';
    },
    delete: async (key) => void marks.delete(key),
    read: async (key) => new Response(marks.get(key)).body,
    size: async () => null,
  };
  const route = createSessionRoute(exchangeDeps(db, 1));

  function exchangeDeps(database: Database, oldestReadable: number): ExchangeDeps {
    return { db: database, clock: deps.now, random, wake: () => {}, oldestReadable };
  }

  async function ingestOne(job: IngestJob, fails: (video: string) => boolean): Promise<void> {
    const { rows } = await run('SELECT * FROM video WHERE user_id = ? AND id = ? AND purged_at IS NULL', [
      job.user,
      job.video,
    ]);
    const [video] = rows;
    const place = `${job.user}/${job.video}`;
    if (!video) blobs.delete(place);
    if (!video || video.media_state === 'stored') return void (await client.batch([dropJob(job)], 'write'));
    const source = await sourceOf(db, video);
    const now = deps.now();
    const kept = blobs.get(place);
    if (kept === undefined && source.kind === 'not_yet') {
      return postpone(db, job, { at: now + 10_000, now, error: null });
    }
    if (kept === undefined && (source.kind === 'none' || fails(job.video))) {
      return void (await client.batch(failedStatements(job, 'The film is gone', commit()), 'write'));
    }
    const sha256 = kept ?? job.video.replaceAll('-', '').repeat(2);
    blobs.set(place, sha256);
    await client.batch(storedStatements(job, media(sha256), commit()), 'write');
  }

  function backup(): void {
    for (const table of TABLES) {
      client.run(`DELETE FROM backup_${table}`);
      client.run(`INSERT INTO backup_${table} SELECT ${columns.get(table)} FROM ${table}`);
    }
  }

  return {
    provider,
    deliver: async (request, { session, oldestReadable, killAt, columns }) => {
      if (request.user !== session) return route(request, session);
      const life = createMortalClient(client, killAt);
      const own = exchangeDeps(databaseOver(life.sql), oldestReadable);
      const answered = async (): Promise<Answer> => {
        const sent: unknown = JSON.parse(JSON.stringify(columns ? packRequest(request) : request));
        const parsed = v.parse(SyncRequestSchema, columns ? unpackRequest(sent) : sent);
        const reply = await exchange(own, parsed);
        return { status: 200, body: JSON.stringify(columns ? packReply(reply, parsed) : reply), isColumns: columns };
      };
      return Promise.race([answered(), life.died.then(() => null)]);
    },
    poll: async (user, id, head) => {
      const { rows } = await run('SELECT * FROM generation WHERE user_id = ? AND id = ? AND purged_at IS NULL', [
        user,
        id,
      ]);
      return rows[0] ? { row: generationRow(rows[0]), ...(await readHistory(db, { user, head })) } : null;
    },
    // Over the wire and back, as it is told.
    news: async (user, since) =>
      v.parse(v.nullable(NewsSchema), JSON.parse(JSON.stringify(await readNews(db, user, since)))),
    history: (user, head) => readHistory(db, { user, head }),
    work: async (killAt) => {
      const life = createMortalClient(client, killAt);
      const own = databaseOver(life.sql);
      const { killCaller } = provider;
      provider.killCaller = life.die;
      const reconcileDeps = {
        db: own,
        blobs: markStore,
        provider,
        webhookUrl: NO_WEBHOOKS,
        limits: NO_LIMITS,
        clock: deps.now,
        random,
        log: SILENT,
        onProgress: () => {},
      };
      const all = async () => {
        const { pollEveryMs, slowestPollMs } = provider;
        const claim = { now: deps.now(), limit: 16, pace: { pollEveryMs, slowestPollMs, chance: 0 } };
        for (const job of await claimGenerations(own, claim)) await reconcile(reconcileDeps, job);
        return false;
      };
      const died = await Promise.race([all(), life.died.then(() => true)]);
      provider.killCaller = killCaller;
      return died;
    },
    ingest: async (fails) => {
      for (const job of await claimIngestJobs(db, deps.now(), 100)) await ingestOne(job, fails);
    },
    upload: async () => {
      const { rows } = await run(`SELECT * FROM video WHERE media_state = 'none' AND purged_at IS NULL`);
      for (const row of rows) {
        const video = v.parse(VideoIdSchema, row.id);
        const job = { user: v.parse(UserIdSchema, row.user_id), video, attempts: 0, failingSince: null, leaseUntil: 0 };
        const sha256 = video.replaceAll('-', '').repeat(2);
        blobs.set(`${job.user}/${video}`, sha256);
        await client.batch(storedStatements(job, media(sha256), commit()), 'write');
      }
    },
    purge: async () => {
      await purgeDue({ db, now: deps.now, nonce });
      const { rows } = await run('SELECT * FROM blob_deletion');
      for (const { user_id, video_id } of rows) blobs.delete(`${user_id}/${video_id}`);
      await run('DELETE FROM blob_deletion');
    },
    videos: () => client.all('SELECT * FROM video'),
    generations: () => client.all('SELECT * FROM generation'),
    heads: () => client.all('SELECT * FROM user_head'),
    epoch: (user) => {
      const own = client.all('SELECT * FROM user_head').find((head) => head.user_id === user)?.epoch;
      return String(own ?? client.all('SELECT value FROM meta')[0]?.value);
    },
    ingestJobs: () => client.all('SELECT 1 FROM ingest_job').length,
    backup,
    restore: async (announced) => {
      for (const table of TABLES) {
        client.run(`DELETE FROM ${table}`);
        client.run(`INSERT INTO ${table} (${columns.get(table)}) SELECT * FROM backup_${table}`);
      }
      if (announced) client.run(`UPDATE meta SET value = '' WHERE key = 'epoch'`);
      await ensureEpoch(db, random);
    },
    reset: async () => {
      for (const table of TABLES) client.run(`DELETE FROM ${table}`);
      blobs.clear();
      marks.clear();
      provider.reset();
      await ensureEpoch(db, random);
      backup();
    },
  };
}

function columnsOf(client: PreparedClient, table: string): string {
  const columns = client.all(`PRAGMA table_xinfo(${table})`);
  return columns
    .filter(({ hidden }) => hidden === 0)
    .map(({ name }) => `"${name}"`)
    .join(', ');
}

/** The server's core never touches the typed layer in what is simulated. */
function databaseOver(sql: SqlClient): Database {
  return {
    sql,
    get orm(): Database['orm'] {
      throw new Error('the simulation has SQL only');
    },
  };
}

function media(sha256: string) {
  const measures = { width: 640, height: 360, durationMs: 1000, codec: 'avc1' };
  return { sha256, bytes: 1000, measures, hasPoster: false };
}
