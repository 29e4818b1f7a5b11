import { createFilmStore } from './film-store.ts';
import type { RenderedFilm, RenderJob, RenderState } from './job.ts';
import { isJobId } from './job.ts';
import { createThreadPool } from './thread-pool.ts';

export type { RenderedFilm, RenderJob, RenderState };

export interface Renderer {
  /** Idempotent by id, also across restarts. Throws for an id that is no UUID. */
  start(job: RenderJob): void;
  state(id: string): Promise<RenderState>;
  /** Keeps the picture of films to come. @returns its path */
  keepPicture(name: string, bytes: Uint8Array): Promise<string>;
  cancel(id: string): void;
  /** Ends every thread at once; unfinished films are forgotten. */
  close(): Promise<void>;
}

export interface RendererOptions {
  readonly directory: string;
  readonly concurrency: number;
}

export function createRenderer(options: RendererOptions): Renderer {
  const store = createFilmStore(options.directory);
  const pool = createThreadPool({ ...options, workerUrl: new URL('./worker.ts', import.meta.url) });
  void store.sweep();

  return {
    start(job) {
      if (!isJobId(job.id)) throw new TypeError('A render job is named by a UUID.');
      pool.start(job);
    },

    async state(id) {
      if (!isJobId(id)) return { kind: 'unknown' };
      const running = pool.state(id);
      if (running?.kind === 'failed') return running;
      // The disk is the truth for what is finished, whichever process finished it.
      const film = await store.find(id);
      if (film !== null) return { kind: 'done', film };
      return pool.state(id) ?? running ?? { kind: 'unknown' };
    },

    keepPicture: store.keepPicture,

    cancel(id) {
      pool.cancel(id);
    },

    close() {
      return pool.close();
    },
  };
}
