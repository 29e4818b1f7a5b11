import { Hono } from 'hono';
import { MAX_PUSH_BYTES, MAX_PUSH_ROWS, SyncRequestSchema } from '../../sync/protocol.ts';
import type { AppDeps, AppEnv } from '../deps.ts';
import { HttpError } from '../errors.ts';
import { exchange } from '../sync/exchange.ts';
import { parseInput, readJson } from './body.ts';

/** Twice the push, since a cautious device counts bytes before it knows them exactly. */
const BODY_LIMITS = { maxBytes: MAX_PUSH_BYTES, maxInflatedBytes: 2 * MAX_PUSH_BYTES };

/** `POST /api/sync`: one round trip pushes and pulls. */
export function syncRoutes(deps: AppDeps) {
  return new Hono<AppEnv>().post('/api/sync', async (c) => {
    const request = parseInput(SyncRequestSchema, await readJson(c, BODY_LIMITS));
    const user = c.var.user.id;
    if (request.user !== user) throw identityChanged();
    if (request.push.videos.length + request.push.generations.length > MAX_PUSH_ROWS) throw tooManyRows();
    return c.json(await exchange(deps, request));
  });
}

function identityChanged(): HttpError {
  return new HttpError({ status: 403, code: 'identity_changed', message: 'Another person is signed in here' });
}

function tooManyRows(): HttpError {
  return new HttpError({ status: 413, code: 'too_large', message: `A push holds at most ${MAX_PUSH_ROWS} rows` });
}
