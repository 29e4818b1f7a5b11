import { createHmac } from 'node:crypto';
import type { Dialect, Reply, StandInJob } from './stand-in.ts';

export const WAVESPEED_KEY = 'ws-key-of-the-tests';
export const WAVESPEED_SECRET = 'whsec_wave-secret-of-the-tests';

/** https://wavespeed.ai/docs: submit, result, predictions, webhooks. */
export const WAVESPEED: Dialect = {
  name: 'wavespeed',
  authorization: `Bearer ${WAVESPEED_KEY}`,
  read: ({ method, path, query, body }) => {
    if (path === '/api/v3/balance') return { op: 'key' };
    if (method === 'POST' && path === '/api/v3/predictions') return { op: 'list' };
    if (method === 'POST' && path === '/api/v3/media/upload/binary') return { op: 'upload' };
    const id = /^\/api\/v3\/predictions\/([^/]+)/.exec(path)?.[1];
    if (id !== undefined) return { op: method === 'DELETE' ? 'cancel' : 'status', id };
    const model = /^\/api\/v3\/(.+)$/.exec(path)?.[1];
    if (method !== 'POST' || model === undefined) return null;
    return { op: 'submit', model, input: body, webhookUrl: query.get('webhook') };
  },
  taken: (job, base) => wrapped(predictionOf(job, base)),
  status: (job, base) => wrapped(predictionOf(job, base)),
  result: () => ({ status: 404, body: { code: 404, message: 'not found' } }),
  cancelled: () => ({ status: 200, body: { code: 200, message: 'success' } }),
  list: (jobs, { body }) => {
    const [page, size] = [Number(body.page), Number(body.page_size)];
    // The list says nothing of what was asked for.
    const items = jobs.slice((page - 1) * size, page * size).map((job) => predictionOf(job, ''));
    return wrapped({ page, total: jobs.length, items });
  },
  uploaded: (address) => wrapped({ type: 'image', download_url: address, filename: '1.jpg', size: 1 }),
  unknown: { status: 404, body: { code: 404, message: 'prediction not found' } },
  keys: async () => ({ status: 404, body: {} }),
  delivery: async (job, nowMs) => {
    // Not wrapped, and with what was asked for.
    const body = JSON.stringify({ ...predictionOf(job, ''), input: job.input });
    const [id, timestamp] = [`msg_${job.id}`, String(Math.floor(nowMs / 1000))];
    const hex = createHmac('sha256', WAVESPEED_SECRET.slice('whsec_'.length))
      .update(`${id}.${timestamp}.${body}`)
      .digest('hex');
    return {
      headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v3,${hex}` },
      body,
    };
  },
};

const STATUSES = {
  queued: 'created',
  running: 'processing',
  succeeded: 'completed',
  failed: 'failed',
  moderated: 'completed',
  invalid: 'failed',
  expired: 'deleted',
  'a new word': 'warming_up',
} as const;
const ERRORS: Partial<Record<StandInJob['state'], string>> = {
  failed: 'The worker ran out of memory',
  invalid: 'duration: must be one of 5, 10',
};

function predictionOf(job: StandInJob, base: string) {
  return {
    id: job.id,
    model: job.model,
    status: STATUSES[job.state],
    outputs: job.state === 'succeeded' ? job.outputs : [],
    has_nsfw_contents: job.state === 'moderated' ? [true] : [],
    urls: { get: `${base}/api/v3/predictions/${job.id}/result` },
    created_at: new Date(job.createdAt).toISOString(),
    error: ERRORS[job.state] ?? '',
    executionTime: 0,
    timings: { inference: 0 },
  };
}

function wrapped(data: unknown): Reply {
  return { status: 200, body: { code: 200, message: 'success', data } };
}
