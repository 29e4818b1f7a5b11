import { setTimeout as sleep } from 'node:timers/promises';
import type { Identity, Peer, PeerServer } from '../peers/peer.ts';
import type { FaultOutcome } from '../results.ts';
import { openWire, type Wire } from '../wire.ts';
import { reload, visit } from './visit.ts';

export const FAULTS = ['reply lost after commit', 'server killed in mid-push', 'captive portal'] as const;
export type Fault = (typeof FAULTS)[number];

/** How long a peer has to get over it by itself, and then again after a reload of its page. */
const PATIENCE_MS = 60_000;
const RELOADED_MS = 30_000;
const PORTAL_MS = 4_000;
const MID_PUSH_BYTES = 20_000;

/** Rows are pending when the fault begins; counts what the server has when it is long over. */
export async function sampleFault(options: {
  readonly peer: Peer;
  readonly fault: Fault;
  readonly rows: number;
  readonly seed: number;
  readonly scripts: ReadonlyMap<string, string>;
}): Promise<FaultOutcome> {
  const { peer, fault, rows, seed, scripts } = options;
  const server = await peer.startServer();
  try {
    const identity = await server.identity();
    await using wire = await openWire(server.url, scripts);
    await using seat = await visit({ origin: wire.url, peer: peer.name, identity });
    wire.turn({ kind: 'down' });
    await seat.page.evaluate(([s, n]) => window.bench.addPending(s, n), [seed, rows] as const);
    wire.turn(fault === 'captive portal' ? { kind: 'portal' } : { kind: 'open' });
    if (fault === 'reply lost after commit') wire.turn({ kind: 'reply_lost', path: peer.pushPath });

    wire.reset();
    // Not awaited: some start by a first exchange, which is what fails here.
    await seat.page.evaluate(() => void window.bench.live().catch(() => {}));
    await strike(fault, wire, server);
    const clear = performance.now();
    const arrived = () => distinct(server, identity);
    const healed = await until(async () => (await arrived()) >= rows, PATIENCE_MS);
    const healedMs = healed ? performance.now() - clear : null;
    const late = rows - (await arrived());
    if (!healed) {
      await reload(seat, identity.user);
      await seat.page.evaluate(() => void window.bench.live().catch(() => {}));
      await until(async () => (await arrived()) >= rows, RELOADED_MS);
    }
    // A row sent twice may come late.
    await sleep(1500);
    const lost = rows - (await arrived());
    const { doubled } = await server.count(identity.user);
    return { peer: peer.name, fault, rows, lost, doubled, stuck: late - lost, healedMs };
  } finally {
    await server.stop();
  }
}

async function strike(fault: Fault, wire: Wire, server: PeerServer): Promise<void> {
  if (fault === 'reply lost after commit') {
    if (!(await until(async () => wire.lost() > 0, PATIENCE_MS))) throw new Error('nothing was sent');
    wire.turn({ kind: 'open' });
  } else if (fault === 'server killed in mid-push') {
    const isUnderWay = async () => wire.traffic().up > MID_PUSH_BYTES;
    if (!(await until(isUnderWay, PATIENCE_MS, 2))) throw new Error('nothing was sent');
    await server.kill();
    await sleep(1500);
    await server.restart();
  } else {
    await sleep(PORTAL_MS);
    wire.turn({ kind: 'open' });
  }
}

async function distinct(server: PeerServer, { user }: Identity): Promise<number> {
  const { rows, doubled } = await server.count(user);
  return rows - doubled;
}

async function until(holds: () => Promise<boolean>, ms: number, everyMs = 100): Promise<boolean> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (await holds()) return true;
    await sleep(everyMs);
  }
  return false;
}
