import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { RenderJob } from './job.ts';
import type { ThreadPool } from './thread-pool.ts';
import { createThreadPool } from './thread-pool.ts';

const workerUrl = new URL('./testing/fake-worker.ts', import.meta.url);
const pools: ThreadPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function pool(concurrency: number): ThreadPool {
  const made = createThreadPool({ directory: '/nowhere', concurrency, workerUrl });
  pools.push(made);
  return made;
}

function job(prompt: string): RenderJob {
  return { id: randomUUID(), prompt, seed: 1, width: 64, height: 36, durationMs: 100, fps: 10 };
}

function kind(threads: ThreadPool, { id }: RenderJob): string {
  return threads.state(id)?.kind ?? 'gone';
}

describe('thread pool', () => {
  test('[POOL-1] first come, first served, never more than the limit at once', () => {
    const threads = pool(2);
    const jobs = [job('hang'), job('hang'), job('hang'), job('hang')];
    for (const one of jobs) threads.start(one);
    expect(jobs.map((one) => kind(threads, one))).toEqual(['rendering', 'rendering', 'waiting', 'waiting']);
    threads.cancel(jobs[0]?.id ?? '');
    expect(jobs.map((one) => kind(threads, one))).toEqual(['gone', 'rendering', 'rendering', 'waiting']);
  });

  test('[POOL-2] the next one starts when one is done', async () => {
    const threads = pool(1);
    const [first, second] = [job('20'), job('hang')];
    threads.start(first);
    threads.start(second);
    await vi.waitFor(() => expect(kind(threads, second)).toBe('rendering'), 4000);
    expect(kind(threads, first)).toBe('gone');
  });

  test('[POOL-3] a crash fails its job alone, and the pool goes on', async () => {
    const threads = pool(1);
    const [exits, throws, works] = [job('exit'), job('throw'), job('10')];
    for (const one of [exits, throws, works]) threads.start(one);
    await vi.waitFor(
      () => expect([exits, throws, works].map((one) => kind(threads, one))).toEqual(['failed', 'failed', 'gone']),
      6000,
    );
    expect(threads.state(throws.id)).toEqual({ kind: 'failed', message: 'boom' });
    expect(threads.state(exits.id)).toMatchObject({ message: expect.stringContaining('stopped') });
  });

  test('[POOL-4] a job that waits can be cancelled, and started again', () => {
    const threads = pool(1);
    const [first, second] = [job('hang'), job('hang')];
    threads.start(first);
    threads.start(second);
    threads.cancel(second.id);
    expect(kind(threads, second)).toBe('gone');
    threads.start(second);
    expect(kind(threads, second)).toBe('waiting');
  });

  test('[POOL-5] starting twice is starting once', () => {
    const threads = pool(2);
    const one = job('hang');
    const other = job('hang');
    threads.start(one);
    threads.start(one);
    threads.start(other);
    expect(kind(threads, other)).toBe('rendering');
  });

  test('[POOL-6] close ends everything at once', async () => {
    const threads = pool(1);
    const [first, second] = [job('hang'), job('hang')];
    threads.start(first);
    threads.start(second);
    const before = performance.now();
    await threads.close();
    expect(performance.now() - before).toBeLessThan(2000);
    threads.start(job('hang'));
    expect(kind(threads, second)).toBe('gone');
  });
});
