/**
 * The TCP hop that every peer's page goes through: it counts what passes, byte for byte as sent, and
 * breaks on command. Below `/__bench/` it serves the page itself, which counts for nothing.
 */
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Traffic {
  /** Bytes from the page to the server, headers and bodies as sent. */
  readonly up: number;
  readonly down: number;
  readonly requests: number;
}

type Weather =
  | { readonly kind: 'open' }
  /** Nothing gets through. */
  | { readonly kind: 'down' }
  /** Somebody else answers everything with a page and status 200. */
  | { readonly kind: 'portal' }
  /** Requests arrive; each reply is cut off before its first byte. */
  | { readonly kind: 'reply_lost'; readonly path: string };

export interface Wire extends AsyncDisposable {
  readonly url: string;
  readonly traffic: () => Traffic;
  readonly reset: () => void;
  readonly turn: (weather: Weather) => void;
  /** How many replies were cut off since the last turn. */
  readonly lost: () => number;
}

const PAGES = '/__bench/';

/** @param scripts the bundles by name: `/__bench/<name>` is a page that runs one */
export async function openWire(target: () => string, scripts: ReadonlyMap<string, string>): Promise<Wire> {
  const sockets = new Set<Socket>();
  const pages = servePages(scripts);
  const portal = servePortal();
  let count = { up: 0, down: 0, requests: 0 };
  let weather: Weather = { kind: 'open' };
  let lost = 0;

  const server = createServer({ noDelay: true }, (client) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client));
    client.on('error', () => client.destroy());
    client.once('data', (first: Buffer) => route(client, first));
  });

  function route(client: Socket, first: Buffer): void {
    if (isForPages(first)) handOver(client, first, pages);
    else if (weather.kind === 'down') client.destroy();
    else if (weather.kind === 'portal') handOver(client, first, portal);
    else pipe(client, first);
  }

  function pipe(client: Socket, first: Buffer): void {
    const { hostname, port } = new URL(target());
    const server = connect({ host: hostname, port: Number(port), noDelay: true });
    let losing = false;
    const send = (chunk: Buffer) => {
      if (isForPages(chunk)) {
        client.removeListener('data', send);
        client.removeListener('close', end);
        server.destroy();
        return handOver(client, chunk, pages);
      }
      count.up += chunk.length;
      const text = chunk.toString('latin1');
      count.requests += text.split(' HTTP/1.1\r\n').length - 1;
      if (weather.kind === 'reply_lost' && text.includes(` ${weather.path}`)) losing = true;
      server.write(chunk);
    };
    const end = () => server.destroy();
    client.on('data', send);
    client.on('close', end);
    server.on('data', (chunk: Buffer) => {
      if (losing) {
        lost++;
        server.destroy();
        return client.resetAndDestroy();
      }
      count.down += chunk.length;
      client.write(chunk);
    });
    server.on('close', () => client.destroy());
    server.on('error', () => client.destroy());
    send(first);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${portOf(server)}`,
    traffic: () => ({ ...count }),
    reset: () => {
      count = { up: 0, down: 0, requests: 0 };
    },
    turn: (next) => {
      weather = next;
      lost = 0;
      for (const socket of sockets) socket.destroy();
    },
    lost: () => lost,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isForPages(chunk: Buffer): boolean {
  return chunk.subarray(0, 64).toString('latin1').startsWith(`GET ${PAGES}`);
}

/** The bytes already read go back, and the connection lives on as the other server's. */
function handOver(client: Socket, chunk: Buffer, to: ReturnType<typeof createHttpServer>): void {
  client.pause();
  client.unshift(chunk);
  to.emit('connection', client);
  client.resume();
}

function servePages(scripts: ReadonlyMap<string, string>) {
  return createHttpServer((request, reply) => {
    const name = (request.url ?? '').slice(PAGES.length);
    const script = scripts.get(name.replace(/\.js$/, ''));
    reply.setHeader('connection', 'close');
    if (script === undefined) return void reply.writeHead(404).end();
    if (name.endsWith('.js')) {
      return void reply.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-store' }).end(script);
    }
    const html = `<!doctype html><title>${name}</title><link rel="icon" href="data:,"><script type="module" src="${PAGES}${name}.js"></script>`;
    reply.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'no-store' }).end(html);
  });
}

function servePortal() {
  return createHttpServer((request, reply) => {
    request.resume();
    request.on('end', () => {
      reply.writeHead(200, { 'content-type': 'text/html', connection: 'close' });
      reply.end('<!doctype html><title>Welcome</title><p>Sign in to the hotel network.');
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
