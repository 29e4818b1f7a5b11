import { Hono } from 'hono';
import * as v from 'valibot';
import { uuidv7, VideoIdSchema } from '../../sync/ids.ts';
import { MAX_ROW_BYTES } from '../../sync/protocol.ts';
import type { AppDeps, AppEnv } from '../deps.ts';
import { commitPush } from '../sync/commit.ts';
import { parseInput, readJson, tooLarge } from './body.ts';
import { restVideo } from './rest-rows.ts';
import { accepted, commitDeps, findVideo } from './video-edits.ts';

const url = v.optional(
  v.pipe(
    v.string(),
    v.maxLength(4096),
    v.check((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'must be an http or https URL'),
  ),
);
const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));

/** What the platform and scripts send; the aliases are names that clients of it already use. */
const StoreSchema = v.pipe(
  v.object({
    id: v.optional(VideoIdSchema),
    wavespeed_request_id: v.optional(text(200)),
    requestId: v.optional(text(200)),
    outputIndex: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), 0),
    original_url: url,
    originalUrl: url,
    videoUrl: url,
    prompt: v.pipe(v.string(), v.maxLength(20_000)),
    model: v.optional(text(200)),
    provider: v.optional(text(64), 'wavespeed'),
    params: v.optional(v.record(v.string(), v.unknown()), {}),
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const { wavespeed_request_id, original_url, videoUrl, ...rest } = dataset.value;
    const requestId = wavespeed_request_id ?? rest.requestId ?? null;
    const originalUrl = original_url ?? rest.originalUrl ?? videoUrl;
    if (originalUrl !== undefined) return { ...rest, requestId, originalUrl };
    addIssue({ message: 'original_url, originalUrl or videoUrl is required' });
    return NEVER;
  }),
);

/** Puts a finished video into the library, once however often it is sent: 201 the first time, else 200. */
export function storeRoutes(deps: AppDeps): Hono<AppEnv> {
  return new Hono<AppEnv>().post('/api/video/store', async (c) => {
    const user = c.var.user.id;
    const input = parseInput(StoreSchema, await readJson(c));
    const now = deps.clock();
    const id = input.id ?? v.parse(VideoIdSchema, uuidv7(now, deps.random(10)));
    const create = {
      origin: 'generated',
      generationId: null,
      outputIndex: input.requestId === null ? null : input.outputIndex,
      provider: input.provider,
      model: input.model ?? null,
      requestId: input.requestId,
      originalUrl: input.originalUrl,
      prompt: input.prompt,
      params: input.params,
      width: null,
      height: null,
      durationMs: null,
      contentType: null,
      thumbhash: null,
      capturedAt: null,
      createdAt: now,
    };
    if (new TextEncoder().encode(JSON.stringify(create)).length > MAX_ROW_BYTES) throw tooLarge();
    const isKnown = input.id !== undefined && (await exists(input.id));
    const push = { user, videos: [{ id, create, set: {} }], generations: [], knowsEpoch: false };
    const { results } = await commitPush(commitDeps(deps), push);
    const { row, alias } = accepted(results[0]);
    deps.wake();
    const data = restVideo(await findVideo(deps.db, user, row.id));
    return c.json({ success: true, data }, isKnown || alias !== undefined ? 200 : 201);

    async function exists(pushed: string): Promise<boolean> {
      const { rows } = await deps.db.sql.execute({
        sql: 'SELECT 1 FROM video WHERE user_id = ? AND id = ?',
        args: [user, pushed],
      });
      return rows.length > 0;
    }
  });
}
