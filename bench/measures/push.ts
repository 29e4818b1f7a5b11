import type { Peer } from '../peers/peer.ts';
import { openWire } from '../wire.ts';
import type { Sample } from './first-sync.ts';
import { emulate, type Network, visit } from './visit.ts';

/** A fresh browser with pending rows sends them to an empty server. */
export async function samplePush(options: {
  readonly peer: Peer;
  readonly rows: number;
  readonly seed: number;
  readonly network: Network;
  readonly scripts: ReadonlyMap<string, string>;
}): Promise<Sample> {
  const { peer, rows, seed, network, scripts } = options;
  const server = await peer.startServer();
  try {
    const identity = await server.identity();
    await using wire = await openWire(server.url, scripts);
    await using seat = await visit({ origin: wire.url, peer: peer.name, identity });
    // As any device that was online before: it has read what there is, nothing.
    await seat.page.evaluate(() => window.bench.firstSync(0));
    await seat.page.evaluate(([s, n]) => window.bench.addPending(s, n), [seed, rows] as const);
    await emulate(seat, network);
    wire.reset();
    const ms = await seat.page.evaluate(() => window.bench.push());
    const traffic = wire.traffic();
    const counted = await server.count(identity.user);
    const pending = await seat.page.evaluate(() => window.bench.pending());
    if (counted.rows !== rows || counted.doubled > 0 || pending > 0) {
      throw new Error(`${peer.name}: pushed ${rows}, the server has ${JSON.stringify(counted)}, pending ${pending}`);
    }
    return { ms, traffic };
  } finally {
    await server.stop();
  }
}
