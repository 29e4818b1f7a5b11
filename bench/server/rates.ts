import { join } from 'node:path';
import { startServer } from '../../tests/support/server.ts';
import { startPeerProcess } from '../peers/process.ts';
import type { ServerResults } from '../results.ts';
import { makeVideos } from '../rows.ts';
import type { BareSqlReport } from './bare-sql.ts';
import { type Account, exchangeOnce, signUpAt } from './caller.ts';
import type { LoadOrder, LoadReport } from './load.ts';
import { pinServer, runScript } from './pinned.ts';

const DEVICES = 8;
const LIBRARY = 200;

/** How much one core does in a second, of our server, of its statements alone, and of no work at all. */
export async function measureRates(options: {
  readonly ms: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}): Promise<ServerResults['rates']> {
  const found = new Map<string, number[]>();
  const note = (what: string, perSecond: number) => {
    found.set(what, [...(found.get(what) ?? []), perSecond]);
    options.say(`${what}: ${Math.round(perSecond)} per second`);
  };
  for (let round = 0; round < options.rounds; round++) await measureRound({ ...options, seed: round + 1, note });
  return [...found].map(([what, values]) => ({
    what,
    perSecond: values.sort((a, b) => a - b)[values.length >> 1] ?? 0,
  }));
}

async function measureRound(options: {
  readonly ms: number;
  readonly seed: number;
  readonly note: (what: string, perSecond: number) => void;
}): Promise<void> {
  const { ms, seed, note } = options;
  const nobody: readonly Account[] = Array.from({ length: DEVICES }, () => ({ user: '', cookie: '' }));
  const hello = await startPeerProcess(join(import.meta.dirname, 'hello.ts'));
  pinServer(hello.pid());
  note(
    'requests: bare Hono hello-world',
    await load({ url: hello.url(), kind: 'hello', accounts: nobody, rows: 0, ms, seed }),
  );
  await hello.stop();

  const server = await startServer({ env: { LOG_LEVEL: 'error' } });
  try {
    pinServer(server.pid());
    const accounts = await Promise.all(Array.from({ length: DEVICES }, () => signUpAt(server.url)));
    const url = server.url;
    for (const [index, account] of accounts.entries()) {
      const rows = makeVideos(500 + index, LIBRARY);
      await exchangeOnce({ account, origin: url, cursor: null, head: null, limit: 1, rows });
    }
    const order = { url, accounts, ms, seed };
    note('pulls with nothing new: our server', await load({ ...order, kind: 'pull', rows: 0 }));
    note('list requests (20 videos): our server', await load({ ...order, kind: 'list', rows: 0 }));
    note('rows pushed, 100 a push: our server', 100 * (await load({ ...order, kind: 'push', rows: 100 })));
    note(
      'rows pushed, 500 a push: our server',
      500 * (await load({ ...order, kind: 'push', rows: 500, seed: seed + 500 })),
    );
  } finally {
    await server.stop();
  }
  const script = join(import.meta.dirname, 'bare-sql.ts');
  const bare = await runScript<BareSqlReport>({ script, args: [String(ms)], on: 'server core' });
  note('pulls with nothing new: their statements alone', bare.pulls);
  note('list requests (20 videos): their statements alone', bare.lists);
  note('rows pushed, 100 a push: their statements alone', bare.rowsBy100);
  note('rows pushed, 500 a push: their statements alone', bare.rowsBy500);
}

/** @returns requests per second */
async function load(order: LoadOrder): Promise<number> {
  const script = join(import.meta.dirname, 'load.ts');
  const { requests, ms } = await runScript<LoadReport>({ script, args: [JSON.stringify(order)], on: 'other cores' });
  return requests / (ms / 1000);
}
