import { parentPort, workerData } from 'node:worker_threads';
import type { WorkOrder } from '../job.ts';

/** Does what its prompt says, so that the pool can be tested without drawing. */
const { job }: WorkOrder = workerData;
switch (job.prompt) {
  case 'exit':
    process.exit(3);
    break;
  case 'throw':
    throw new Error('boom');
  case 'hang':
    setInterval(() => undefined, 1000);
    break;
  default:
    parentPort?.postMessage({ kind: 'progress', progress: 0.5 });
    setTimeout(() => {
      parentPort?.postMessage({ kind: 'done' });
      process.exit(0);
    }, Number(job.prompt));
}
