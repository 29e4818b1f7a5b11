import { makeZip } from 'client-zip';
import { Hono } from 'hono';
import * as v from 'valibot';
import { VideoIdSchema } from '../../sync/ids.ts';
import { type ExportScope, MAX_CHOSEN } from '../../sync/library-file.ts';
import { libraryEntries } from '../../sync/write-library.ts';
import { zipFiles } from '../../sync/zip-files.ts';
import type { AppDeps, AppEnv } from '../deps.ts';
import { createLibrarySource } from '../media/library-source.ts';
import { attachment } from '../media/reply.ts';
import { parseInput } from './body.ts';

const QuerySchema = v.union([
  v.strictObject({}),
  v.strictObject({ only: v.literal('favorites') }),
  v.strictObject({
    ids: v.pipe(
      v.string(),
      v.transform((list) => list.split(',')),
      v.array(VideoIdSchema),
      v.maxLength(MAX_CHOSEN),
    ),
  }),
]);

/**
 * `GET /api/export`: a library as one ZIP, made as it is read: no file is written, and memory holds a
 * line for each video. A video without bytes is named in its description and breaks nothing; trouble in
 * the middle of a file ends the download as a failed one.
 */
export function exportRoutes(deps: AppDeps): Hono<AppEnv> {
  return new Hono<AppEnv>().get('/api/export', (c) => {
    const query = parseInput(QuerySchema, c.req.query());
    const scope: ExportScope =
      'ids' in query ? { kind: 'chosen', ids: query.ids } : { kind: 'only' in query ? 'favorites' : 'all' };
    const now = deps.clock();
    const headers = {
      'content-type': 'application/zip',
      'content-disposition': attachment(`VidFab ${new Date(now).toISOString().slice(0, 10)}.zip`),
    };
    if (c.req.method === 'HEAD') return new Response(null, { headers });
    const source = createLibrarySource(deps, { user: c.var.user.id, scope });
    return new Response(makeZip(zipFiles(libraryEntries(source, { now }))), { headers });
  });
}
