/**
 * The internet outside of a server under test: a real server process reaches one public address, and finds
 * there what the test serves. Nothing of the guard is switched off: what it checks is that public address.
 *
 *   await using outside = await startOutside((path) => ({ length, body }));
 *   const server = await startServer({ env: outside.env });
 *   outside.urlOf('/film.mp4')
 *
 * It is also what that process loads before anything else, to lead connections of this address here.
 */
import { createServer } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface Outside extends AsyncDisposable {
  /** For the process that is to reach it. */
  readonly env: Readonly<Record<string, string>>;
  readonly urlOf: (path: string) => string;
}

export interface Served {
  readonly length: number;
  readonly body: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Of nobody: the first behind a block for measurements, which is not in use. */
export const OUTSIDE = '198.20.0.1';

/** For a process that is to reach it. */
export const OUTSIDE_ENV = { NODE_OPTIONS: `--import=${fileURLToPath(import.meta.url)}`, OUTSIDE: '1' };

/** @param serve null is answered 404 */
export async function startOutside(serve: (path: string) => Served | null): Promise<Outside> {
  const server = createServer((incoming, outgoing) => {
    const found = serve(incoming.url ?? '/');
    if (!found) return void outgoing.writeHead(404).end();
    outgoing.writeHead(200, { 'content-type': 'video/mp4', 'content-length': found.length });
    // Whoever asked may be killed at any time.
    Readable.from(found.body(), { objectMode: false })
      .on('error', () => outgoing.destroy())
      .pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: OUTSIDE_ENV,
    urlOf: (path) => `http://${OUTSIDE}:${port}${path}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

if (process.env.OUTSIDE === '1') leadHere();

function leadHere(): void {
  const connect = Socket.prototype.connect;
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const [first] = args.flat();
    if (typeof first === 'object' && first !== null && Reflect.get(first, 'host') === OUTSIDE) {
      Reflect.set(first, 'host', '127.0.0.1');
    }
    return Reflect.apply(connect, this, args);
  };
}
