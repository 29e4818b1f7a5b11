import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { parse } from 'valibot';
import { formatCursor } from '../../server/sync/cursor.ts';
import type { Cursor, Head } from '../../sync/ids.ts';
import { PROTOCOL, type SyncReply, SyncRequestSchema } from '../../sync/protocol.ts';
import { COLUMNS_TYPE, packRequest, unpackReply } from '../../sync/wire.ts';
import { signUp } from '../../tests/support/person.ts';
import { creationOf } from '../peers/ours/creation.ts';
import type { BenchVideo } from '../rows.ts';

/** A person signed in to a server of ours, and what one device of theirs sends. */
export interface Account {
  readonly user: string;
  readonly cookie: string;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

export async function signUpAt(url: string): Promise<Account> {
  const person = await signUp((path, init) => {
    const headers = new Headers(init?.headers);
    headers.set('origin', url);
    return fetch(new URL(path, url), { ...init, headers });
  });
  return { user: person.id, cookie: person.cookie };
}

export interface Exchange {
  readonly account: Account;
  readonly origin: string;
  readonly cursor: Cursor | null;
  readonly head: Head | null;
  readonly limit: number;
  readonly rows: readonly BenchVideo[];
}

/** Below this our client sends a body as it is. */
const WORTH_COMPRESSING = 1_000;

/** An exchange as our client sends it: columns, gzipped where that spares anything. */
export function exchangeCall(exchange: Exchange): Call {
  const json = JSON.stringify(packRequest(requestOf(exchange)));
  const isLarge = json.length >= WORTH_COMPRESSING;
  const body = isLarge ? gzipSync(json) : Buffer.from(json);
  const { account, origin } = exchange;
  const headers = {
    origin,
    cookie: account.cookie,
    'content-type': COLUMNS_TYPE,
    accept: COLUMNS_TYPE,
    ...(isLarge && { 'content-encoding': 'gzip' }),
    'content-length': String(body.length),
    'accept-encoding': 'gzip, deflate, br, zstd',
  };
  return { method: 'POST', path: '/api/sync', headers, body };
}

function requestOf({ account, cursor, head, limit, rows }: Exchange) {
  // Without a URL, so that nothing is fetched beside: ingest is a measure of its own.
  const videos = rows.map((row) => ({ id: row.id, create: { ...creationOf(row), originalUrl: null }, set: {} }));
  return parse(SyncRequestSchema, {
    protocol: PROTOCOL,
    user: account.user,
    device: '00000000000bench',
    cursor,
    head,
    limit,
    push: { videos, generations: [] },
  });
}

/** Exchanges once and gives the reply in words. */
export async function exchangeOnce(exchange: Exchange): Promise<SyncReply> {
  const { method, path, headers, body } = exchangeCall(exchange);
  const { 'content-length': _, 'accept-encoding': __, ...rest } = headers;
  const reply = await fetch(`${exchange.origin}${path}`, { method, headers: rest, body: body && new Uint8Array(body) });
  if (!reply.ok) throw new Error(`exchange: ${reply.status} ${await reply.text()}`);
  // Trusted: this is our own server.
  return unpackReply(await reply.json(), requestOf(exchange)) as SyncReply;
}

export function listCall(account: Account, query: string): Call {
  const headers = { cookie: account.cookie, 'accept-encoding': 'gzip, deflate, br, zstd' };
  return { method: 'GET', path: `/api/user/videos?${query}`, headers, body: null };
}

/** The cursor of a device that has read everything up to a revision. */
export function cursorAt(reply: Pick<SyncReply, 'epoch'>, rev: number): Cursor {
  return formatCursor({ kind: 'changes', epoch: reply.epoch, rev });
}

/** @returns milliseconds until the whole reply was there */
export function send(url: string, agent: Agent, { method, path, headers, body }: Call): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, url), { method, headers, agent }, (reply) => {
      reply.resume();
      reply.on('end', () => {
        if (reply.statusCode === 200) resolve(performance.now() - started);
        else reject(new Error(`${method} ${path}: ${reply.statusCode}`));
      });
    });
    call.on('error', reject);
    call.end(body ?? undefined);
  });
}

export function keepAlive(): Agent {
  return new Agent({ keepAlive: true });
}
