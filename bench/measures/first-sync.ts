import type { Identity, Peer, PeerServer } from '../peers/peer.ts';
import type { BenchVideo } from '../rows.ts';
import { openWire, type Traffic } from '../wire.ts';
import { emulate, type Network, reload, visit } from './visit.ts';

export interface Sample {
  readonly ms: number;
  readonly traffic: Traffic;
}

export interface FirstSync extends AsyncDisposable {
  readonly peer: Peer;
  readonly sample: (network: Network) => Promise<Sample>;
}

/** A server that holds the rows, from which one fresh browser after the other reads them all. */
export async function prepareFirstSync(
  peer: Peer,
  rows: readonly BenchVideo[],
  scripts: ReadonlyMap<string, string>,
): Promise<FirstSync> {
  const server = await peer.startServer();
  const identity = await server.identity();
  await server.seed(identity.user, rows);
  return {
    peer,
    sample: (network) => sample({ peer, server, identity, rows, scripts, network }),
    [Symbol.asyncDispose]: server.stop,
  };
}

async function sample(options: {
  readonly peer: Peer;
  readonly server: PeerServer;
  readonly identity: Identity;
  readonly rows: readonly BenchVideo[];
  readonly scripts: ReadonlyMap<string, string>;
  readonly network: Network;
}): Promise<Sample> {
  const { peer, server, identity, rows, scripts, network } = options;
  await using wire = await openWire(server.url, scripts);
  await using seat = await visit({ origin: wire.url, peer: peer.name, identity });
  await emulate(seat, network);
  wire.reset();
  const ms = await seat.page.evaluate((count) => window.bench.firstSync(count), rows.length);
  const traffic = wire.traffic();

  wire.turn({ kind: 'down' });
  await reload(seat, identity.user);
  const oldest = rows[0]?.id ?? '';
  const found = await seat.page.evaluate(
    async (id) => ({ count: await window.bench.count(), last: await window.bench.has(id) }),
    oldest,
  );
  if (found.count !== rows.length || !found.last) {
    throw new Error(`${peer.name}: ${found.count} of ${rows.length} rows after a reload without a network`);
  }
  return { ms, traffic };
}
