import { createHmac } from 'node:crypto';
import type { Dialect, StandInJob } from './stand-in.ts';

export const REPLICATE_KEY = 'r8_key_of_the_tests';
export const REPLICATE_SECRET = `whsec_${Buffer.from('a secret of the tests, as bytes').toString('base64')}`;

const SIZE = 100;

/** https://replicate.com/docs/reference/http: predictions, webhooks. */
export const REPLICATE: Dialect = {
  name: 'replicate',
  authorization: `Bearer ${REPLICATE_KEY}`,
  read: ({ method, path, body }) => {
    if (path === '/v1/account') return { op: 'key' };
    if (method === 'GET' && path.startsWith('/v1/models/')) return { op: 'models' };
    if (method === 'GET' && path === '/v1/predictions') return { op: 'list' };
    if (method === 'POST' && path === '/v1/files') return { op: 'upload' };
    const id = /^\/v1\/predictions\/([^/]+)/.exec(path)?.[1];
    if (id !== undefined) return { op: path.endsWith('/cancel') ? 'cancel' : 'status', id };
    const model = /^\/v1\/models\/([^/]+\/[^/]+)\/predictions$/.exec(path)?.[1];
    if (method !== 'POST' || model === undefined) return null;
    const input = Object(body.input);
    return { op: 'submit', model, input, webhookUrl: typeof body.webhook === 'string' ? body.webhook : null };
  },
  taken: (job) => ({ status: 201, body: predictionOf(job) }),
  status: (job) => ({ status: 200, body: predictionOf(job) }),
  result: () => ({ status: 404, body: { detail: 'Not found' } }),
  cancelled: (job) => ({ status: 200, body: { ...predictionOf(job), status: 'canceled' } }),
  list: (jobs, { query, headers }) => {
    const from = Number(query.get('cursor') ?? 0);
    const next = from + SIZE < jobs.length ? `http://${headers.host}/v1/predictions?cursor=${from + SIZE}` : null;
    return { status: 200, body: { previous: null, next, results: jobs.slice(from, from + SIZE).map(predictionOf) } };
  },
  models: ({ path }) =>
    path === '/v1/models/google/veo-3.1-fast'
      ? { status: 200, body: VEO }
      : { status: 404, body: { detail: 'Not found' } },
  price: () => ({ status: 404, body: { detail: 'Not found' } }),
  invalid: {
    status: 422,
    body: {
      title: 'Input validation failed',
      detail: '- input.duration: must be one of 5, 10\n',
      status: 422,
      invalid_fields: [{ type: 'enum', field: 'input.duration', description: 'must be one of 5, 10' }],
    },
  },
  uploaded: (address) => ({ status: 201, body: { id: 'f1', name: '1.jpg', urls: { get: address } } }),
  unknown: { status: 404, body: { detail: 'The requested resource could not be found.', status: 404 } },
  keys: async () => ({ status: 404, body: {} }),
  delivery: async (job, nowMs) => {
    const body = JSON.stringify(predictionOf(job));
    const [id, timestamp] = [`msg_${job.id}`, String(Math.floor(nowMs / 1000))];
    const key = Buffer.from(REPLICATE_SECRET.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    // Beside one of a key that is about to be rotated out.
    const other = createHmac('sha256', 'another key').update(body).digest('base64');
    return {
      headers: {
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${other} v1,${signature}`,
      },
      body,
    };
  },
};

/** As https://replicate.com/docs/reference/http#models.get shows one. */
const VEO = {
  owner: 'google',
  name: 'veo-3.1-fast',
  latest_version: {
    id: 'hidden',
    openapi_schema: {
      components: {
        schemas: {
          Input: {
            type: 'object',
            required: ['prompt'],
            properties: {
              prompt: { type: 'string' },
              duration: { allOf: [{ $ref: '#/components/schemas/duration' }], default: 8 },
              resolution: { allOf: [{ $ref: '#/components/schemas/resolution' }], default: '1080p' },
              aspect_ratio: { allOf: [{ $ref: '#/components/schemas/aspect_ratio' }], default: '16:9' },
              negative_prompt: { type: 'string', nullable: true },
            },
          },
          duration: { type: 'integer', enum: [4, 8] },
          resolution: { type: 'string', enum: ['720p', '1080p'] },
          aspect_ratio: { type: 'string', enum: ['16:9', '9:16'] },
        },
      },
    },
  },
};

const STATUSES = {
  queued: 'starting',
  running: 'processing',
  succeeded: 'succeeded',
  failed: 'failed',
  moderated: 'failed',
  invalid: 'failed',
  expired: 'succeeded',
  'a new word': 'warming',
} as const;
const ERRORS: Partial<Record<StandInJob['state'], string>> = {
  failed: 'Prediction interrupted; please retry',
  moderated: 'The input or output was flagged as sensitive. Please try again with different inputs.',
  invalid: 'duration must be one of 5, 10',
};

function predictionOf(job: StandInJob) {
  return {
    id: job.id,
    model: job.model,
    version: 'hidden',
    input: job.state === 'expired' ? {} : job.input,
    logs: '',
    output: job.state === 'succeeded' ? job.outputs : null,
    data_removed: job.state === 'expired',
    error: ERRORS[job.state] ?? null,
    source: 'api',
    status: STATUSES[job.state],
    created_at: new Date(job.createdAt).toISOString(),
    webhook: job.webhookUrl,
  };
}
