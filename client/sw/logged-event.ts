import { type LoggedEvent, logEvent } from '../data/event-log.ts';
import type { ActiveLibrary } from './library.ts';

/**
 * Runs what an event of the worker asks for, and logs its begin and its end: a begin without an end
 * is a worker that the browser killed.
 */
export async function loggedEvent(library: ActiveLibrary, event: string, run: () => Promise<void>): Promise<void> {
  const start = performance.now();
  const end = (left: string) =>
    log(library, { kind: 'worker_end', details: { event, left, ms: Math.round(performance.now() - start) } });
  await log(library, { kind: 'worker_begin', details: { event } });
  try {
    await run();
  } catch (error) {
    await end('again');
    throw error;
  }
  await end('nothing');
}

async function log(library: ActiveLibrary, event: LoggedEvent): Promise<void> {
  const opened = await library.open().catch(() => null);
  if (opened) await logEvent(opened.db, { by: 'worker', ...event });
}
