/**
 * A network that fails: it stands between a browser and the real server, and does to each request
 * what a plan says.
 *
 *   await using proxy = await startFaultProxy(server.url);
 *   proxy.inject(({ path, n }) => (path === '/api/sync' && n < 3 ? { kind: 'reset_after' } : PASS));
 *   proxy.inject(null);        // a good network again
 *   proxy.seen()               // every request so far, with what was done to it
 */
import { createServer, type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { COLUMNS_TYPE, unpackRequest } from '../../sync/wire.ts';

export type Fault =
  | { readonly kind: 'pass' }
  /** The connection breaks before the server heard anything. */
  | { readonly kind: 'reset_before' }
  /** The server has done its work; the connection breaks before anything of its answer came. */
  | { readonly kind: 'reset_after' }
  /** The connection breaks after so many bytes of the answer's body. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** Something on the way answers, and the server never hears of it. */
  | {
      readonly kind: 'answer';
      readonly name: string;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | Buffer;
    }
  /** Nothing more comes for so long, then the connection breaks; but for `request`, the server has done its work. */
  | { readonly kind: 'stall'; readonly at: 'request' | 'headers' | 'body'; readonly ms: number }
  /** The answer comes in small pieces. */
  | { readonly kind: 'drip'; readonly pieces: number; readonly everyMs: number }
  /** The server gets the request twice; the second answer goes back. */
  | { readonly kind: 'replay' }
  /** Goes on, in good order, when the promise resolves; `onHeld` tells that it is here and waits. */
  | {
      readonly kind: 'hold';
      readonly at: 'request' | 'reply';
      readonly until: Promise<unknown>;
      readonly onHeld?: () => void;
    };

export const PASS: Fault = { kind: 'pass' };

/** A request as a plan sees it. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  /** Requests for this path since the plan began, from 0. */
  readonly n: number;
  /** As text; what came compressed or as columns, as plain JSON. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export type FaultPlan = (request: Incoming) => Fault;

export interface Seen extends Incoming {
  readonly fault: Fault;
}

export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  /** Counts begin anew with each plan. */
  readonly inject: (plan: FaultPlan | null) => void;
  readonly seen: () => readonly Seen[];
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const seen: Seen[] = [];
  let counts = new Map<string, number>();
  let plan: FaultPlan = () => PASS;

  const server = createServer(async (incoming, outgoing) => {
    // Chromium sends a request again by itself where a kept connection breaks: each gets its own.
    outgoing.shouldKeepAlive = false;
    const sent = await readAll(incoming);
    const path = (incoming.url ?? '/').replace(/\?.*/, '');
    const n = counts.get(path) ?? 0;
    counts.set(path, n + 1);
    const { headers, method = 'GET' } = incoming;
    const seeable = { method, path, n, body: plainText(sent, headers), headers };
    const fault = plan(seeable);
    seen.push({ ...seeable, fault });
    await apply(fault, {
      incoming,
      outgoing,
      send: () => send(new URL(incoming.url ?? '/', target), incoming, sent),
    }).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    inject: (next) => {
      counts = new Map();
      plan = next ?? (() => PASS);
    },
    seen: () => seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** Asks the server, each time anew. */
  readonly send: () => Promise<IncomingMessage>;
}

async function apply(fault: Fault, { incoming, outgoing, send }: Exchange): Promise<void> {
  const reset = () => incoming.socket.resetAndDestroy();
  switch (fault.kind) {
    case 'pass':
      return pass(await send(), outgoing);
    case 'reset_before':
      return void reset();
    case 'reset_after':
      await readAll(await send());
      return void reset();
    case 'answer':
      outgoing.writeHead(fault.status, { ...fault.headers, 'content-length': Buffer.byteLength(fault.body) });
      return void outgoing.end(fault.body);
    case 'cut': {
      const reply = await send();
      await write(outgoing, reply, (await readAll(reply)).subarray(0, fault.bytes));
      return void reset();
    }
    case 'stall': {
      if (fault.at !== 'request') {
        const reply = await send();
        const body = await readAll(reply);
        if (fault.at === 'body') await write(outgoing, reply, body.subarray(0, body.length / 2));
      }
      await passing(fault.ms, outgoing);
      return void reset();
    }
    case 'drip': {
      const reply = await send();
      const body = await readAll(reply);
      const size = Math.max(1, Math.ceil(body.length / fault.pieces));
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      for (let at = 0; at < body.length && !outgoing.destroyed; at += size) {
        outgoing.write(body.subarray(at, at + size));
        await passing(fault.everyMs, outgoing);
      }
      return void outgoing.end();
    }
    case 'replay':
      await readAll(await send());
      return pass(await send(), outgoing);
    case 'hold': {
      const hold = () => {
        fault.onHeld?.();
        return fault.until;
      };
      if (fault.at === 'request') await hold();
      const reply = await send();
      const body = await readAll(reply);
      if (fault.at === 'reply') await hold();
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      return void outgoing.end(body);
    }
  }
}

function send(url: URL, { method, headers }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const onward = openRequest(url, { method, headers: { ...headers, connection: 'close' } }, resolve);
    onward.on('error', reject);
    onward.end(body);
  });
}

/** As it comes, so that a stream of events goes through as well. */
function pass(reply: IncomingMessage, outgoing: ServerResponse): void {
  const { connection: _, 'keep-alive': _kept, ...headers } = reply.headers;
  outgoing.writeHead(reply.statusCode ?? 502, headers);
  outgoing.flushHeaders();
  reply.pipe(outgoing);
  reply.on('error', () => outgoing.destroy());
  outgoing.on('close', () => reply.destroy());
}

/** Resolves when the bytes have had the time to arrive: a reset takes back what was not read yet. */
async function write(outgoing: ServerResponse, reply: IncomingMessage, body: Buffer): Promise<void> {
  outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
  outgoing.flushHeaders();
  if (body.length > 0) outgoing.write(body);
  await passing(50, outgoing);
}

/** So many milliseconds, or until the client has gone. */
function passing(ms: number, outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    outgoing.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** To its end; of a stream of events, which has none, what comes at first. */
async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const isEndless = stream.headers['content-type']?.startsWith('text/event-stream') ?? false;
  const enough = isEndless ? setTimeout(() => stream.destroy(), EVENTS_MS) : undefined;
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } catch (error) {
    if (!isEndless) throw error;
  } finally {
    clearTimeout(enough);
  }
  return Buffer.concat(chunks);
}

const EVENTS_MS = 300;

/** Inflated, and with the columns of an exchange as rows again. */
function plainText(body: Buffer, headers: IncomingMessage['headers']): string {
  const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
  return headers['content-type'] === COLUMNS_TYPE ? JSON.stringify(unpackRequest(JSON.parse(text))) : text;
}
