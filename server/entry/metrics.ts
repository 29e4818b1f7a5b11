import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { createDeviceStats } from '../device-stats.ts';
import type { Metrics } from '../metrics.ts';
import { type GaugeDeps, gaugeDevices, gaugeJobs, gaugeStreams } from './metrics-gauges.ts';

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const STORED_SECONDS = [0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 21_600, 86_400, 604_800];
/** HTTP lets a client make up its own. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Counts in this process' memory.
 * @param deps.watchProcess also tell of memory, processor time and how long the event loop is held up
 */
export function createMetrics(deps: GaugeDeps & { readonly watchProcess: boolean }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (deps.watchProcess) collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'vidfab_http_request_duration_seconds',
    help: 'Time from a request to its answer, by the pattern of its route; of a stream, to its beginning.',
    labelNames: ['route', 'method', 'status'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const rows = new Counter({
    name: 'vidfab_push_rows_total',
    help: 'Rows that devices pushed, by what became of them: ok over all is the share that was saved.',
    labelNames: ['kind', 'outcome', 'code'],
    registers,
  });
  const completed = new Counter({
    name: 'vidfab_videos_completed_total',
    help: 'Videos committed whose bytes were to be stored.',
    registers,
  });
  const stored = new Counter({
    name: 'vidfab_videos_stored_total',
    help: 'Videos whose bytes were stored and hashed.',
    registers,
  });
  const storedSeconds = new Histogram({
    name: 'vidfab_completion_to_stored_seconds',
    help: 'Time from when a video was made to when its bytes were stored.',
    buckets: STORED_SECONDS,
    registers,
  });
  const notStored = new Counter({
    name: 'vidfab_ingest_failures_total',
    help: 'Tries to store a video that failed: to be retried, or given up until the person helps.',
    labelNames: ['outcome'],
    registers,
  });
  const devices = createDeviceStats(deps.clock);
  gaugeDevices(devices, registers);
  gaugeJobs(deps, registers);
  gaugeStreams(deps, registers);
  for (const outcome of ['retried', 'given_up']) notStored.inc({ outcome }, 0);

  return {
    answered: ({ route, method, status, seconds }) =>
      requests.observe(
        { route, method: METHODS.has(method) ? method : 'OTHER', status: `${Math.floor(status / 100)}xx` },
        seconds,
      ),
    pushed: (results) => {
      for (const result of results) {
        const { kind, status: outcome } = result;
        rows.inc({ kind, outcome, code: result.status === 'ok' ? '' : result.code });
      }
    },
    heard: devices.hear,
    completed: (videos) => completed.inc(videos),
    stored: (seconds) => {
      stored.inc();
      storedSeconds.observe(Math.max(0, seconds));
    },
    notStored: (outcome) => notStored.inc({ outcome }),
    exposition: async () => ({
      contentType: registry.contentType,
      text: await registry.metrics(),
    }),
  };
}
