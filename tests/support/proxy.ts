import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands between a device and the server. */
export interface Proxy extends AsyncDisposable {
  readonly url: string;
  readonly close: () => Promise<void>;
}

export async function startProxy(options: {
  readonly target: string;
  /** The new body of a reply, or null to pass it on as it is. */
  readonly rewrite?: (path: string, body: string) => string | null;
  /** Waited for before a request goes on. */
  readonly hold?: (path: string) => Promise<void> | undefined;
}): Promise<Proxy> {
  const { target, rewrite = () => null, hold } = options;
  const server = createServer(async (incoming, outgoing) => {
    await hold?.(incoming.url ?? '/');
    forward({ target, rewrite }, incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://localhost:${port}`, close, [Symbol.asyncDispose]: close };
}

function forward(
  { target, rewrite }: { readonly target: string; readonly rewrite: (path: string, body: string) => string | null },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const path = incoming.url ?? '/';
  // Whole and plain, or there would be nothing to rewrite.
  const { 'accept-encoding': _, 'if-none-match': _etag, 'if-modified-since': _since, ...headers } = incoming.headers;
  const onward = request(new URL(path, target), { method: incoming.method, headers }, async (reply) => {
    const chunks: Buffer[] = [];
    for await (const chunk of reply) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const rewritten = rewrite(path, body.toString('utf8'));
    const { 'content-length': _length, etag: _tag, 'transfer-encoding': _coding, ...kept } = reply.headers;
    outgoing.writeHead(reply.statusCode ?? 502, rewritten === null ? reply.headers : kept);
    outgoing.end(rewritten ?? body);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
