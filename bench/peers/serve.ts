import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { compress } from '../../server/entry/compress.ts';

/** Serves a peer's handlers as ours are served: on Node, with the same compression of replies. */
export function serve(app: Hono): void {
  const answer = getRequestListener(async (request) => compress(request, await app.fetch(request)), {
    overrideGlobalObjects: false,
  });
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    process.stdout.write(`ready: http://127.0.0.1:${address.port}\n`);
  });
}
