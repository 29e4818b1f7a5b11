import { Hono } from 'hono';
import * as v from 'valibot';
import { MAX_PUSH_BYTES, MAX_PUSH_ROWS, SyncRequestSchema } from '../../sync/protocol.ts';
import { COLUMNS_TYPE, packReply, unpackRequest } from '../../sync/wire.ts';
import type { AppDeps, AppEnv } from '../deps.ts';
import { HttpError, identityChanged } from '../errors.ts';
import { type ExchangeDeps, exchange } from '../sync/exchange.ts';
import { contentTypeOf, parseInput, readJson, tooLarge } from './body.ts';

/** Twice the push, since a cautious device counts bytes before it knows them exactly. */
const BODY_LIMITS = {
  maxBytes: MAX_PUSH_BYTES,
  maxInflatedBytes: 2 * MAX_PUSH_BYTES,
  alsoTypes: [COLUMNS_TYPE],
  /** A row's 64, of which columns make two each. */
  maxDepth: 128,
};

/** `POST /api/sync`: one round trip pushes and pulls. */
export function syncRoutes(deps: ExchangeDeps & Pick<AppDeps, 'metrics'>) {
  return new Hono<AppEnv>().post('/api/sync', async (c) => {
    const body = await readJson(c, BODY_LIMITS);
    const request = parseInput(SyncRequestSchema, contentTypeOf(c) === COLUMNS_TYPE ? rowsOf(body) : body);
    const user = c.var.user.id;
    if (request.user !== user) throw identityChanged();
    if (request.push.videos.length + request.push.generations.length > MAX_PUSH_ROWS) throw tooManyRows();
    const reply = await exchange(deps, request);
    deps.metrics.pushed(reply.results);
    if (request.stats) deps.metrics.heard(user, request.device, request.stats);
    if (!c.req.header('accept')?.includes(COLUMNS_TYPE)) return c.json(reply);
    return c.body(JSON.stringify(packReply(reply, request)), 200, { 'content-type': COLUMNS_TYPE });
  });
}

/** A few columns can stand for more rows than a body may hold. */
function rowsOf(body: unknown): unknown {
  let request: unknown;
  try {
    request = unpackRequest(body);
  } catch {
    throw new HttpError({ status: 400, code: 'invalid', message: 'The rows are not columns' });
  }
  const { push } = v.parse(PushSchema, request);
  let room = BODY_LIMITS.maxInflatedBytes;
  for (const op of [...push.videos, ...push.generations]) {
    room -= JSON.stringify(op).length;
    if (room < 0) throw tooLarge();
  }
  return request;
}

const PushSchema = v.object({ push: v.object({ videos: v.array(v.unknown()), generations: v.array(v.unknown()) }) });

function tooManyRows(): HttpError {
  return new HttpError({ status: 413, code: 'too_large', message: `A push holds at most ${MAX_PUSH_ROWS} rows` });
}
