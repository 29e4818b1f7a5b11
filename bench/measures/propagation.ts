import type { Peer } from '../peers/peer.ts';
import { makeVideos } from '../rows.ts';
import { openWire } from '../wire.ts';
import { visit } from './visit.ts';

const LIBRARY = 20;
const PAUSE_MS = 150;

/** Milliseconds from each edit on one device until a read of the other device's database gives it, both live. */
export async function samplePropagation(
  peer: Peer,
  changes: number,
  scripts: ReadonlyMap<string, string>,
): Promise<number[]> {
  const server = await peer.startServer();
  try {
    const identity = await server.identity();
    const rows = makeVideos(3, LIBRARY);
    await server.seed(identity.user, rows);
    await using wire = await openWire(server.url, scripts);
    const where = { origin: wire.url, peer: peer.name, identity };
    await using writer = await visit(where);
    await using reader = await visit(where);
    for (const { page } of [writer, reader]) {
      await page.evaluate((count) => window.bench.firstSync(count), LIBRARY);
      await page.evaluate(() => window.bench.live());
    }

    const times: number[] = [];
    for (let change = -3; change < changes; change++) {
      const what = [rows[Math.abs(change) % LIBRARY]?.id ?? '', `Title ${change}`] as const;
      // Watched from before the edit on, however that ends.
      const seen = reader.page.evaluate(([id, title]) => window.bench.seen(id, title), what);
      seen.catch(() => {});
      const at = await writer.page.evaluate(([id, title]) => window.bench.edit(id, title), what);
      const ms = (await within(20_000, seen, `${peer.name}: change ${change} was not seen`)) - at;
      // The first ones warm up what runs only now.
      if (change >= 0) times.push(ms);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return times;
  } finally {
    await server.stop();
  }
}

async function within<T>(ms: number, promise: Promise<T>, problem: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(problem)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
