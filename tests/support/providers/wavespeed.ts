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
    if (path === '/api/v3/models') return { op: 'models' };
    if (path === '/api/v3/model/price') return { op: 'price' };
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
    const isWithin = ({ createdAt }: StandInJob) =>
      createdAt >= Date.parse(String(body.created_after)) && createdAt <= Date.parse(String(body.created_before));
    const items = jobs
      .filter(isWithin)
      .slice((page - 1) * size, page * size)
      .map((job) => ({ ...predictionOf(job, ''), ...(body.include_inputs === true && { inputs: job.input }) }));
    return wrapped({ page, total: jobs.length, items });
  },
  models: () =>
    wrapped([SEEDANCE, { model_id: 'wavespeed-ai/flux-dev', base_price: 0.012, type: 'text-to-image' }, null]),
  price: ({ body }) => {
    const { resolution, duration } = Object(body.inputs);
    const price = (resolution === '720p' ? 0.1 : 0.05) * Number(duration);
    return wrapped({ model_id: body.model_id, price, discounted_price: price, discount_rate: 100, currency: 'USD' });
  },
  invalid: {
    status: 400,
    body: { code: 400, message: 'invalid parameter: duration must be one of 5, 10', error_code: 'INVALID_PARAMETER' },
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

/** One of the catalog, as the documentation shows them. */
const SEEDANCE = {
  model_id: 'bytedance/seedance-2.0-fast/text-to-video',
  name: 'bytedance/seedance-2.0-fast/text-to-video',
  base_price: 0.25,
  description: 'Films from words',
  type: 'text-to-video',
  api_schema: {
    api_schemas: [
      {
        type: 'model_run',
        method: 'POST',
        api_path: '/api/v3/bytedance/seedance-2.0-fast/text-to-video',
        request_schema: {
          type: 'object',
          required: ['prompt'],
          properties: {
            prompt: { type: 'string' },
            aspect_ratio: { type: 'string', enum: ['16:9', '9:16', '1:1', '3:2'], default: '16:9' },
            resolution: { type: 'string', enum: ['480p', '720p'], default: '720p' },
            duration: { type: 'integer', minimum: 5, maximum: 16, default: 5 },
            seed: { type: 'integer', default: -1 },
          },
        },
      },
    ],
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
