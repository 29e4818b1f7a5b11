import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import type { AppDeps, AppEnv } from '../deps.ts';
import { HttpError } from '../errors.ts';
import { retryIngest } from '../media/ingest.ts';
import { parseInput, readJson } from './body.ts';
import { restVideo } from './rest-rows.ts';
import { editVideo, findVideo } from './video-edits.ts';
import { ListQuerySchema, listVideos } from './video-list.ts';

const PatchSchema = v.pipe(
  v.strictObject({
    title: v.optional(v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(500)))),
    favorite: v.optional(v.boolean()),
    tags: v.optional(v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(64))), v.maxLength(64))),
  }),
  v.check((patch) => Object.keys(patch).length > 0, 'must set at least one of title, favorite, tags'),
);

/** A user's videos for scripts and the existing platform. */
export function videoRoutes(deps: AppDeps): Hono<AppEnv> {
  const edit = async (c: Context<AppEnv, '/api/video/:id'>, values: Record<string, unknown>) => {
    const row = await editVideo(deps, { user: c.var.user.id, id: c.req.param('id'), values });
    return c.json({ success: true, data: restVideo(row) });
  };

  return new Hono<AppEnv>()
    .get('/api/user/videos', async (c) => {
      const query = parseInput(ListQuerySchema, c.req.query());
      const { rows, pagination } = await listVideos(deps.db, c.var.user.id, query);
      return c.json({ success: true, data: { videos: rows.map(restVideo), pagination } });
    })
    .get('/api/video/:id', async (c) => {
      const row = await findVideo(deps.db, c.var.user.id, c.req.param('id'));
      return c.json({ success: true, data: restVideo(row) });
    })
    .patch('/api/video/:id', async (c) => edit(c, parseInput(PatchSchema, await readJson(c))))
    .delete('/api/video/:id', (c) => {
      const now = deps.clock();
      const forGood = c.req.query('permanent') === '1';
      return edit(c, { deletedAt: now, ...(forGood && { purgeRequestedAt: now }) });
    })
    .post('/api/video/:id/restore', (c) => edit(c, { deletedAt: null }))
    .post('/api/video/:id/retry', async (c) => {
      const user = c.var.user.id;
      const { id, media_state } = await findVideo(deps.db, user, c.req.param('id'));
      if (media_state !== 'failed') {
        throw new HttpError({ status: 409, code: 'not_failed', message: 'Only a video that failed can be retried' });
      }
      await retryIngest(deps, user, String(id));
      return c.json({ success: true, data: restVideo(await findVideo(deps.db, user, String(id))) });
    });
}
