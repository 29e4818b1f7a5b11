import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { CLIENT_IP_HEADER } from '../auth.ts';
import type { AppEnv } from '../deps.ts';
import { compress } from './compress.ts';
import type { Env } from './env.ts';

/** Serves the app over HTTP; rejects in words when the address cannot be had. */
export function listen(app: Hono<AppEnv>, env: Pick<Env, 'HOST' | 'PORT' | 'PUBLIC_URL'>): Promise<Server> {
  const answer = getRequestListener(
    async (request, { incoming }) => {
      const peer = incoming.socket.remoteAddress ?? '';
      const forwarded = request.headers.get('x-forwarded-for');
      request.headers.set(CLIENT_IP_HEADER, clientIp({ peer, forwarded, behindProxy: env.PUBLIC_URL !== undefined }));
      return compress(request, await app.fetch(request));
    },
    { overrideGlobalObjects: false },
  );
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  server.headersTimeout = 20_000;
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Error(describe(error, env))));
    server.listen(env.PORT, env.HOST, () => resolve(server));
  });
}

/** Where a person on this machine opens the app. */
export function addressOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const isHere = ['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'].includes(host);
  return `http://${isHere ? 'localhost' : host}:${port}`;
}

/**
 * Who sent a request. Only a proxy on this machine, in front of a server that has a public URL, is
 * believed about it, and only the last hop that it saw itself.
 */
export function clientIp(connection: {
  readonly peer: string;
  /** The header of that name. */
  readonly forwarded: string | null;
  readonly behindProxy: boolean;
}): string {
  const isLoopback = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(connection.peer);
  if (!connection.behindProxy || !isLoopback || !connection.forwarded) return connection.peer;
  return connection.forwarded.split(',').at(-1)?.trim() || connection.peer;
}

function describe(error: Error & { readonly code?: string }, { HOST, PORT }: Pick<Env, 'HOST' | 'PORT'>): string {
  if (error.code === 'EADDRINUSE') return `port ${PORT} on ${HOST} is already in use; set PORT to another one`;
  if (error.code === 'EACCES') return `port ${PORT} needs more rights than this process has; set PORT above 1023`;
  return error.message;
}
