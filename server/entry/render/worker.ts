import { parentPort, workerData } from 'node:worker_threads';
import { createFilmStore } from './film-store.ts';
import type { WorkOrder, WorkReport } from './job.ts';
import { renderFilm } from './render-film.ts';

const { job, directory }: WorkOrder = workerData;
const store = createFilmStore(directory);

function report(message: WorkReport): void {
  parentPort?.postMessage(message);
}

const PROGRESS_INTERVAL_MS = 100;
let reportedAt = 0;

try {
  // Rendered by an earlier run of the server: the same job gives the same film.
  if ((await store.find(job.id)) === null) {
    const film = await renderFilm(job, (progress) => {
      const now = performance.now();
      if (now - reportedAt < PROGRESS_INTERVAL_MS && progress < 1) return;
      reportedAt = now;
      report({ kind: 'progress', progress });
    });
    await store.save(job.id, film);
  }
  report({ kind: 'done' });
} catch (error) {
  report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
}
// The encoder's wasm runtime may keep handles open.
process.exit(0);
