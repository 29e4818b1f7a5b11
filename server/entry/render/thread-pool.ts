import { Worker } from 'node:worker_threads';
import type { RenderJob, WorkOrder, WorkReport } from './job.ts';

export type ThreadState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'rendering'; readonly progress: number }
  | { readonly kind: 'failed'; readonly message: string };

export interface ThreadPool {
  start(job: RenderJob): void;
  /** Null: never started, cancelled, or finished (then the film is on the disk). */
  state(id: string): ThreadState | null;
  cancel(id: string): void;
  close(): Promise<void>;
}

export interface ThreadPoolOptions {
  readonly directory: string;
  readonly concurrency: number;
  readonly workerUrl: URL;
}

/**
 * A thread per job, `concurrency` of them at once, first come first served.
 * Threads are not reused: the encoder's heap and process handlers go with the thread, and a crash takes nothing else along.
 */
export function createThreadPool(options: ThreadPoolOptions): ThreadPool {
  const states = new Map<string, ThreadState>();
  const queue: RenderJob[] = [];
  const threads = new Map<string, Worker>();
  let closed = false;

  function fill(): void {
    while (!closed && threads.size < options.concurrency) {
      const job = queue.shift();
      if (job === undefined) return;
      run(job);
    }
  }

  function run(job: RenderJob): void {
    const order: WorkOrder = { job, directory: options.directory };
    const thread = new Worker(options.workerUrl, { workerData: order });
    threads.set(job.id, thread);
    states.set(job.id, { kind: 'rendering', progress: 0 });
    let outcome: ThreadState | 'finished' = {
      kind: 'failed',
      message: 'The renderer stopped before the film was finished.',
    };

    thread.on('message', (report: WorkReport) => {
      if (threads.get(job.id) !== thread) return;
      if (report.kind === 'progress') states.set(job.id, { kind: 'rendering', progress: report.progress });
      else outcome = report.kind === 'done' ? 'finished' : report;
    });
    thread.on('error', (error) => {
      outcome = { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
    });
    thread.on('exit', () => {
      // A cancelled thread has lost its place already; its job may even run again.
      if (threads.get(job.id) !== thread) return;
      threads.delete(job.id);
      if (outcome === 'finished') states.delete(job.id);
      else states.set(job.id, outcome);
      fill();
    });
  }

  return {
    start(job) {
      if (closed || states.has(job.id)) return;
      states.set(job.id, { kind: 'waiting' });
      queue.push(job);
      fill();
    },

    state(id) {
      return states.get(id) ?? null;
    },

    cancel(id) {
      states.delete(id);
      const waiting = queue.findIndex((job) => job.id === id);
      if (waiting >= 0) queue.splice(waiting, 1);
      const thread = threads.get(id);
      if (thread === undefined) return;
      threads.delete(id);
      void thread.terminate();
      fill();
    },

    async close() {
      closed = true;
      queue.length = 0;
      states.clear();
      const running = [...threads.values()];
      threads.clear();
      await Promise.all(running.map((thread) => thread.terminate()));
    },
  };
}
