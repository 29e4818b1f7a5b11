import { Hono } from 'hono';
import { etag } from 'hono/etag';
import * as v from 'valibot';
import { nextStamp, ZERO_STAMP } from '../../sync/hlc.ts';
import {
  type GenerationId,
  GenerationIdSchema,
  type Head,
  HeadSchema,
  SERVER_DEVICE,
  type UserId,
  uuidv7,
  VideoIdSchema,
} from '../../sync/ids.ts';
import type { GenerationOp, GenerationWireRow, Result } from '../../sync/protocol.ts';
import { GenerationCreateSchema } from '../../sync/records.ts';
import type { AppDeps, AppEnv } from '../deps.ts';
import { HttpError, notFound } from '../errors.ts';
import { readParams } from '../generation/capabilities.ts';
import { hasten } from '../generation/generation-job.ts';
import { commitPush } from '../sync/commit.ts';
import { readEpoch, readHistory } from '../sync/epoch.ts';
import { generationRow } from '../sync/rows.ts';
import { parseInput, readJson } from './body.ts';
import { commitDeps } from './video-edits.ts';

/** What a device that polls has heard so far; scripts leave it out. */
const HeardSchema = v.object({ head: v.nullable(HeadSchema) });

const CreateSchema = v.object({
  id: v.optional(GenerationIdSchema),
  prompt: GenerationCreateSchema.entries.prompt,
  model: v.optional(v.string()),
  params: v.optional(
    v.pipe(
      v.unknown(),
      v.check((params) => !Array.isArray(params), 'must be an object'),
      v.record(v.string(), v.unknown()),
    ),
    {},
  ),
  /** The generation that this one tries again. */
  retryOf: v.optional(v.nullable(GenerationIdSchema), null),
});

/** Starts, follows and cancels generations, for scripts and for the page that waits for one. */
export function generationRoutes(deps: AppDeps): Hono<AppEnv> {
  const { db, provider, clock, random } = deps;

  async function find(user: UserId, id: string): Promise<LiveGeneration> {
    const { rows } = await db.sql.execute({
      sql: 'SELECT * FROM generation WHERE user_id = ? AND id = ? AND purged_at IS NULL',
      args: [user, id],
    });
    const row = rows[0] && generationRow(rows[0]);
    if (!row || 'purged' in row) throw notFound('Generation');
    return row;
  }

  async function commit(user: UserId, op: GenerationOp): Promise<LiveGeneration> {
    const push = { user, videos: [], generations: [op], knowsEpoch: true };
    const { results } = await commitPush(commitDeps(deps), push);
    deps.wake();
    return accepted(results[0]);
  }

  /** While somebody waits for it the provider is asked as often as it may be. */
  async function watch(user: UserId, id: GenerationId): Promise<void> {
    if (await hasten(db, { user, id }, clock() + provider.pollEveryMs)) deps.wake();
  }

  /** @param heard what a device that asks has heard so far */
  async function reply(user: UserId, row: LiveGeneration, heard: Head | null = null) {
    const progress = row.server.status === 'running' ? deps.progressOf(row.id) : null;
    // Read after the row, so that the head is never older than what comes with it.
    return {
      success: true,
      data: { ...restGeneration(row, progress), ...(await readHistory(db, { user, head: heard })), row },
    };
  }

  return new Hono<AppEnv>()
    .get('/api/models', etag(), (c) => {
      c.header('Cache-Control', 'private, no-cache');
      const models = provider.models.map((model) => ({ ...model, provider: provider.name }));
      return c.json({ success: true, data: { models } });
    })
    .post('/api/generations', async (c) => {
      const user = c.var.user.id;
      const input = parseInput(CreateSchema, await readJson(c));
      const { model, params } = chooseModel(deps, input);
      const now = clock();
      const id = input.id ?? v.parse(GenerationIdSchema, uuidv7(now, random(10)));
      if (input.retryOf !== null) await find(user, input.retryOf);
      const isKnown = await find(user, id).then(
        () => true,
        () => false,
      );
      const create = {
        prompt: input.prompt,
        model,
        provider: provider.name,
        params: { ...params },
        videoIds: [v.parse(VideoIdSchema, uuidv7(now, random(10)))],
        sentEpoch: await readEpoch(db, user),
        retryOf: input.retryOf,
        createdAt: now,
      };
      return c.json(await reply(user, await commit(user, { id, create, set: {} })), isKnown ? 200 : 201);
    })
    .get('/api/generations/:id', async (c) => {
      const user = c.var.user.id;
      const { head } = parseInput(HeardSchema, { head: c.req.query('head') ?? null });
      const row = await find(user, c.req.param('id'));
      if (row.server.status === 'running') await watch(user, row.id);
      return c.json(await reply(user, row, head));
    })
    .post('/api/generations/:id/cancel', async (c) => {
      const user = c.var.user.id;
      const { id, fields } = await find(user, c.req.param('id'));
      const now = clock();
      const seen = fields.cancelRequestedAt?.[1] ?? ZERO_STAMP;
      const stamp = nextStamp({ nowMs: now, device: SERVER_DEVICE, last: ZERO_STAMP, seen });
      return c.json(await reply(user, await commit(user, { id, set: { cancelRequestedAt: [now, stamp] } })));
    });
}

type LiveGeneration = Exclude<GenerationWireRow, { purged: true }>;

function chooseModel(
  { provider }: AppDeps,
  input: { readonly model?: string | undefined; readonly params: Readonly<Record<string, unknown>> },
) {
  const [first] = provider.models;
  if (!first) {
    throw new HttpError({ status: 503, code: 'provider_unavailable', message: 'This server makes no videos' });
  }
  const model = input.model === undefined ? first : provider.models.find(({ id }) => id === input.model);
  if (!model) {
    const message = `must be one of ${provider.models.map(({ id }) => id).join(', ')}`;
    throw invalid([{ path: 'model', message }]);
  }
  const read = readParams(model, input.params);
  if (read.kind === 'invalid') throw invalid(read.details);
  return { model: model.id, params: read.params };
}

function invalid(details: NonNullable<HttpError['details']>): HttpError {
  return new HttpError({ status: 400, code: 'invalid', message: 'The request is not valid', details });
}

function accepted(result: Result | undefined): LiveGeneration {
  if (result?.kind === 'generation' && result.status === 'ok' && 'row' in result) {
    if (!('purged' in result.row) && 'status' in result.row.server) return result.row;
  }
  throw new HttpError({ status: 409, code: 'rejected', message: 'The generation was not taken' });
}

/** As scripts see it. Times are ISO 8601 in UTC. */
function restGeneration({ id, create, server }: LiveGeneration, progress: number | null) {
  return {
    id,
    status: server.status,
    progress: server.status === 'succeeded' ? 1 : progress,
    error: server.error,
    prompt: create.prompt,
    model: create.model,
    provider: create.provider,
    params: create.params,
    retry_of: create.retryOf,
    video_ids: server.outputs?.map(({ videoId }) => videoId) ?? create.videoIds,
    outputs: server.outputs?.map(({ videoId }) => ({ video_id: videoId, video_url: `/media/${videoId}` })) ?? null,
    created_at: new Date(create.createdAt).toISOString(),
    completed_at: server.completedAt === null ? null : new Date(server.completedAt).toISOString(),
  };
}
