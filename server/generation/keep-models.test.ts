import { expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { createModelsKeeper } from './keep-models.ts';
import { createUnavailableProvider } from './providers/unavailable.ts';

const HOUR = 60 * 60_000;

function world(refreshModels: (() => Promise<void>) | null) {
  const asked: number[] = [];
  const timers: { at: number; run: () => void }[] = [];
  const lines: string[] = [];
  let now = 0;
  async function note(): Promise<void> {
    asked.push(now);
    await refreshModels?.();
  }
  const keeper = createModelsKeeper({
    provider: {
      ...createUnavailableProvider('a test'),
      refreshModels: refreshModels && note,
    },
    clock: () => now,
    after: (ms, run) => {
      timers.push({ at: now + ms, run });
      return () => undefined;
    },
    random: () => Uint8Array.of(128),
    log: createLog({ level: 'info', clock: () => 0, write: (line) => void lines.push(line) }),
  });
  async function pass(ms: number): Promise<void> {
    const end = now + ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = timers.findIndex(({ at }) => at <= end);
      if (next < 0) break;
      const [timer] = timers.splice(next, 1);
      now = timer?.at ?? now;
      timer?.run();
    }
    now = end;
  }
  return { keeper, asked, lines, timers, pass };
}

test('is asked at once and then a few times a day', async () => {
  const { keeper, asked, pass } = world(async () => undefined);
  keeper.start();
  await pass(24 * HOUR);
  expect(asked).toEqual([0, 6, 12, 18, 24].map((hour) => hour * HOUR));
});

test('what fails is told of, and asked again sooner', async () => {
  let fails = 2;
  const { keeper, asked, lines, pass } = world(async () => {
    if (fails-- > 0) throw new Error('503 from the provider');
  });
  keeper.start();
  await pass(2 * HOUR);
  expect(asked.map((at) => at / HOUR)).toEqual([0, 0.75, 1.5]);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('503 from the provider');
});

test('who only looks asks no sooner than that, nor twice at once', async () => {
  const { keeper, asked, pass } = world(async () => undefined);
  await Promise.all([keeper.look(), keeper.look()]);
  await pass(5 * HOUR);
  await keeper.look();
  expect(asked).toEqual([0]);
  await pass(HOUR);
  await keeper.look();
  expect(asked).toEqual([0, 6 * HOUR]);
});

test('of what never changes nothing is asked', async () => {
  const { keeper, timers, pass } = world(null);
  keeper.start();
  await keeper.look();
  await pass(24 * HOUR);
  expect(timers).toEqual([]);
});
