import { Hono } from 'hono';
import type { AppDeps, AppEnv } from '../deps.ts';
import { HttpError, identityChanged } from '../errors.ts';

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // nginx would hold events back until its buffer is full.
  'X-Accel-Buffering': 'no',
};

/** `GET /api/sync/events`: pokes with the new head, and how far generations are; see `server/sync/live.ts`. */
export function eventRoutes({ live, auth }: AppDeps) {
  return new Hono<AppEnv>().get('/api/sync/events', (c) => {
    const user = c.var.user.id;
    if ((c.req.header('X-VidFab-User') ?? user) !== user) throw identityChanged();
    if (c.req.method === 'HEAD') return c.body(null, 200, HEADERS);
    // Kept for as long as the stream is open, and so without the rest of the request.
    const session = new Headers({ cookie: c.req.header('cookie') ?? '' });
    const body = live.open(user, () => auth.isStill(user, session));
    if (!body) throw tooManyStreams();
    return c.body(body, 200, HEADERS);
  });
}

function tooManyStreams(): HttpError {
  const message = 'Too many event streams of this person are open';
  return new HttpError({ status: 429, code: 'too_many_streams', message });
}
