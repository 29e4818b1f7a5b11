import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { startServer, type TestServer } from '../../tests/support/server.ts';
import type { ServerResults } from '../results.ts';
import { makeVideos } from '../rows.ts';
import { quantile } from '../stats.ts';
import {
  type Account,
  type Call,
  cursorAt,
  exchangeCall,
  exchangeOnce,
  keepAlive,
  listCall,
  send,
  signUpAt,
} from './caller.ts';
import { fillLibraries } from './fill.ts';
import { pinServer } from './pinned.ts';

const PAGE = 20;
const PUSH_ROWS = 100;

/** What requests cost somebody with a small and somebody with a vast library, in one database with many others. */
export async function measureFullDatabase(options: {
  readonly vast: number;
  readonly small: number;
  readonly others: number;
  readonly samples: number;
  readonly say: (line: string) => void;
}): Promise<ServerResults['latencies']> {
  const { vast, small, others, samples, say } = options;
  const server = await startServer({ env: { LOG_LEVEL: 'error' } });
  try {
    const accounts = [await signUpAt(server.url), await signUpAt(server.url)] as const;
    for (const [index, account] of accounts.entries()) {
      // A first row by the server itself, which then also knows the head.
      const rows = makeVideos(900 + index, 1);
      await exchangeOnce({ account, origin: server.url, cursor: null, head: null, limit: 1, rows });
    }
    await server.kill();
    const started = performance.now();
    const db = createClient({ url: `file:${join(server.dataDir, 'vidfab.db')}` });
    await fillLibraries(db, {
      libraries: [
        [accounts[0].user, vast],
        [accounts[1].user, small],
      ],
      others,
    });
    db.close();
    say(`filled a database in ${((performance.now() - started) / 1000).toFixed(0)} s`);
    await server.restart();
    pinServer(server.pid());

    const latencies: ServerResults['latencies'][number][] = [];
    for (const [index, count] of [small, vast].entries()) {
      const account = accounts[1 - index];
      if (!account) continue;
      const database = `${count.toLocaleString('en')} videos of theirs, ${others.toLocaleString('en')} other people`;
      for (const [what, times] of await measureAccount(server, { account, count, samples })) {
        const found = { what, database, p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
        latencies.push(found);
        say(`${what}, ${count} videos: p50 ${found.p50.toFixed(1)} ms, p95 ${found.p95.toFixed(1)} ms`);
      }
    }
    return latencies;
  } finally {
    await server.kill();
    await rm(server.dataDir, { recursive: true, force: true });
  }
}

async function measureAccount(
  server: TestServer,
  { account, count, samples }: { readonly account: Account; readonly count: number; readonly samples: number },
): Promise<Map<string, number[]>> {
  const agent = keepAlive();
  const time = async (calls: readonly Call[]) => {
    const times: number[] = [];
    for (const call of calls) times.push(await send(server.url, agent, call));
    // The first of a kind reads from the disk and prepares statements.
    return times.slice(1);
  };
  const repeat = (call: Call, times = samples) => time(Array.from({ length: times + 1 }, () => call));
  const last = Math.floor(count / PAGE);
  const base = { account, origin: server.url, head: null, limit: 2500 };

  const first = listCall(account, `limit=${PAGE}`);
  const byNumber = listCall(account, `limit=${PAGE}&page=${last}`);
  const before = await fetch(`${server.url}/api/user/videos?limit=${PAGE}&page=${last - 1}`, {
    headers: { cookie: account.cookie },
  });
  const { nextCursor } = (await before.json()).data.pagination;
  const byCursor = listCall(account, `limit=${PAGE}&cursor=${nextCursor}`);

  const start = await exchangeOnce({ ...base, cursor: null, limit: 1, rows: [] });
  const head = Number(start.head.split('.')[0]);
  const videos = makeVideos(count, (samples + 1) * PUSH_ROWS);
  const atHead = cursorAt(start, head);
  const pushes = Array.from({ length: samples + 1 }, (_, n) =>
    exchangeCall({ ...base, cursor: atHead, rows: videos.slice(n * PUSH_ROWS, (n + 1) * PUSH_ROWS), limit: 1 }),
  );
  const results = new Map<string, number[]>();
  results.set('list, page 1', await repeat(first));
  results.set(`list, the last page by cursor`, await repeat(byCursor));
  results.set(`list, the last page by number`, await repeat(byNumber, Math.min(samples, 10)));
  results.set(
    'pull, 10 changes',
    await repeat(exchangeCall({ ...base, cursor: cursorAt(start, head - 10), rows: [] })),
  );
  results.set('snapshot, first page of 2,500', await repeat(exchangeCall({ ...base, cursor: null, rows: [] }), 10));
  results.set('push of 100 new rows', await time(pushes));
  agent.destroy();
  return results;
}
