import { Hono } from 'hono';
import * as v from 'valibot';
import { type SourceId, SourceIdSchema } from '../../sync/ids.ts';
import { MAX_SOURCE_BYTES, type PictureProblem, readPicture } from '../../sync/source-image.ts';
import type { AppDeps, AppEnv } from '../deps.ts';
import { HttpError, notFound } from '../errors.ts';
import { mediaReply } from '../media/reply.ts';
import { keepSource } from '../media/sources/keep-source.ts';
import { sourceKey } from '../media/sources/source-key.ts';
import { readBytes } from './body.ts';
import { TUS_VERSION } from './tus.ts';

const Sha256Schema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const SourceRowSchema = v.object({ sha256: Sha256Schema, content_type: v.string() });

/** `/api/sources/:id`: the pictures that films are made of. They are small, and come whole or not at all. */
export function sourceRoutes(deps: AppDeps): Hono<AppEnv> {
  const { db, blobs, sha256 } = deps;

  return new Hono<AppEnv>()
    .put('/api/sources/:id', async (c) => {
      const id = idOf(c.req.param('id'));
      const bytes = await readBytes(c, MAX_SOURCE_BYTES);
      const read = readPicture(bytes);
      if (read.kind === 'refused') throw refused(read.problem);
      const hash = sha256();
      hash.update(bytes);
      const source = { user: c.var.user.id, id, sha256: hash.hex(), contentType: read.picture.contentType };
      // What was cut off on the way, or changed, is sent again.
      const announced = c.req.header('x-sha256');
      if (announced !== undefined && announced !== source.sha256) {
        throw new HttpError({ status: 422, code: 'garbled', message: 'The picture arrived changed; send it again' });
      }
      if ((await keepSource(deps, source, bytes)) !== source.sha256) {
        throw new HttpError({ status: 409, code: 'stored_otherwise', message: 'Another picture has this id' });
      }
      deps.wake();
      // As tus says it, so that a device knows who answers.
      return c.body(null, 204, { 'tus-resumable': TUS_VERSION, 'upload-offset': String(bytes.length) });
    })
    .get('/api/sources/:id', async (c) => {
      const user = c.var.user.id;
      const id = idOf(c.req.param('id'));
      const { rows } = await db.sql.execute({
        sql: 'SELECT sha256, content_type FROM source WHERE user_id = ? AND id = ?',
        args: [user, id],
      });
      const row = v.safeParse(SourceRowSchema, rows[0]);
      if (!row.success) throw notFound('Picture');
      const { sha256, content_type: contentType } = row.output;
      const key = sourceKey(user, { id, sha256 });
      const size = await blobs.size(key);
      if (size === null) throw notFound('Picture');
      const open = async (range?: { start: number; end: number }) => {
        const bytes = await blobs.read(key, range);
        if (!bytes) throw notFound('Picture');
        return bytes;
      };
      return mediaReply(c.req.raw, { size, contentType, etag: `"${sha256}"`, open });
    });
}

function idOf(given: string): SourceId {
  const id = v.safeParse(SourceIdSchema, given);
  if (!id.success) throw notFound('Picture');
  return id.output;
}

function refused(problem: PictureProblem): HttpError {
  const [status, message] = REFUSALS[problem];
  return new HttpError({ status, code: problem, message });
}

const REFUSALS: Readonly<Record<PictureProblem, readonly [413 | 415 | 422, string]>> = {
  not_a_picture: [415, 'It is no JPEG, PNG or WebP picture'],
  too_large: [413, 'A picture has at most 10 MB'],
  too_small: [422, 'A picture is at least 64 pixels wide and high'],
  too_wide: [422, 'A picture is at most 8192 pixels wide and high'],
};
