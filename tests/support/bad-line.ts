/**
 * A line that is slow and breaks: bytes go through it at a bounded rate, and every so often all of its
 * connections break at once. Below HTTP, so that it cuts wherever a request or an answer just is.
 *
 *   await using line = await openLine(server.url);
 *   line.turn({ bytesPerSecond: 100_000, cutEveryMs: 20_000 });
 *   line.turn(null);           // a good line again
 */

import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Weather {
  /** Each way, of all connections together. */
  readonly bytesPerSecond: number;
  readonly cutEveryMs: number;
}

export interface Line extends AsyncDisposable {
  readonly url: string;
  readonly turn: (weather: Weather | null) => void;
  /** Bytes that came through each way since the last turn, and how often the line broke. */
  readonly passed: () => { readonly up: number; readonly down: number; readonly cuts: number };
}

export async function openLine(target: string): Promise<Line> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let weather: Weather | null = null;
  let cutter: NodeJS.Timeout | undefined;
  let cuts = 0;
  const [up, down] = [createLane(() => weather), createLane(() => weather)];

  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to, lane] of [
      [near, far, up],
      [far, near, down],
    ] as const) {
      open.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      void lane.carry(from, to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));

  const cut = () => {
    cuts++;
    for (const socket of open) socket.resetAndDestroy();
  };
  const turn = (next: Weather | null) => {
    clearInterval(cutter);
    weather = next;
    cuts = 0;
    for (const lane of [up, down]) lane.reset();
    if (next) cutter = setInterval(cut, next.cutEveryMs);
  };
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    turn,
    passed: () => ({ up: up.passed(), down: down.passed(), cuts }),
    [Symbol.asyncDispose]: async () => {
      turn(null);
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One direction: what goes through it goes one after the other. */
function createLane(weather: () => Weather | null) {
  let freeAt = 0;
  let passed = 0;
  return {
    passed: () => passed,
    reset: () => {
      [freeAt, passed] = [0, 0];
    },
    async carry(from: Socket, to: Socket): Promise<void> {
      try {
        for await (const chunk of from) {
          for (let at = 0; at < chunk.length; at += PIECE) {
            const piece: Buffer = chunk.subarray(at, at + PIECE);
            const { bytesPerSecond } = weather() ?? {};
            if (bytesPerSecond !== undefined) {
              const now = performance.now();
              freeAt = Math.max(freeAt, now) + (piece.length / bytesPerSecond) * 1000;
              await sleep(freeAt - now);
            }
            if (to.destroyed) return;
            passed += piece.length;
            if (!to.write(piece)) await new Promise((resolve) => to.once('drain', resolve).once('close', resolve));
          }
        }
        to.end();
      } catch {
        to.destroy();
      }
    },
  };
}

/** Small, so that two connections share a lane rather than wait for each other. */
const PIECE = 4096;
