/**
 * The second process: makes as many requests as the server answers, several chains at once, and says
 * how many. Told what to do in one argument of JSON.
 */
import { makeVideos } from '../rows.ts';
import { type Account, type Call, cursorAt, exchangeCall, exchangeOnce, keepAlive, listCall, send } from './caller.ts';

export interface LoadOrder {
  readonly url: string;
  readonly kind: 'hello' | 'push' | 'pull' | 'list';
  readonly accounts: readonly Account[];
  /** Rows in each push. */
  readonly rows: number;
  readonly ms: number;
  readonly seed: number;
}

export interface LoadReport {
  readonly requests: number;
  readonly ms: number;
}

/** Pushes are prepared beforehand; more than these no server takes in the time. */
const PREPARED_ROWS = 12_000;

const order: LoadOrder = JSON.parse(process.argv[2] ?? '{}');
const chains = await Promise.all(order.accounts.map(prepare));
const end = performance.now() + order.ms;
const started = performance.now();
const counts = await Promise.all(chains.map(run));
const report: LoadReport = { requests: counts.reduce((sum, count) => sum + count, 0), ms: performance.now() - started };
process.stdout.write(JSON.stringify(report));
process.exit(0);

/** What one device sends, one after the other; endless but for pushes. */
async function prepare(account: Account, index: number): Promise<readonly [calls: readonly Call[], again: boolean]> {
  const { url: origin, kind, rows, seed } = order;
  if (kind === 'hello') return [[{ method: 'GET', path: '/', headers: {}, body: null }], true];
  if (kind === 'list') return [[listCall(account, 'limit=20')], true];
  const first = { account, origin, cursor: null, head: null, limit: 2500, rows: [] };
  const reply = await exchangeOnce(first);
  const here = { ...first, cursor: reply.cursor, head: reply.head };
  if (kind === 'pull') return [[exchangeCall(here)], true];
  const videos = makeVideos(seed * 1000 + index, PREPARED_ROWS);
  const cursor = cursorAt(reply, Number.MAX_SAFE_INTEGER);
  const calls = Array.from({ length: Math.floor(PREPARED_ROWS / rows) }, (_, n) =>
    exchangeCall({ ...here, cursor, rows: videos.slice(n * rows, (n + 1) * rows) }),
  );
  return [calls, false];
}

async function run([calls, again]: readonly [readonly Call[], boolean]): Promise<number> {
  const agent = keepAlive();
  let count = 0;
  while (performance.now() < end) {
    const call = calls[again ? 0 : count];
    if (!call) break;
    await send(order.url, agent, call);
    count++;
  }
  return count;
}
