import { createHash } from 'node:crypto';
import type { Dialect, Reply, StandInJob } from './stand-in.ts';

export const FAL_KEY = 'fal-key:of-the-tests';
const pair = crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify']).then((keys) => {
  if (!('privateKey' in keys)) throw new Error('Ed25519 makes pairs');
  return keys;
});

/** https://fal.ai/docs/model-endpoints: queue, webhooks; the requests of the Platform API. */
export const FAL: Dialect = {
  name: 'fal',
  authorization: `Key ${FAL_KEY}`,
  read: ({ method, path, query, body }) => {
    if (path === '/.well-known/jwks.json') return { op: 'keys' };
    if (path === '/v1/models') return { op: 'models' };
    if (path === '/v1/models/pricing') return { op: 'price' };
    if (path === '/v1/models/requests/by-endpoint') return { op: query.get('limit') === '1' ? 'key' : 'list' };
    const [, id, rest] = /^\/fal-ai\/[^/]+\/requests\/([^/]+)(\/[^/]+)?$/.exec(path) ?? [];
    if (id !== undefined) return { op: rest === '/status' ? 'status' : rest === '/cancel' ? 'cancel' : 'result', id };
    if (method !== 'POST') return null;
    return { op: 'submit', model: path.slice(1), input: body, webhookUrl: query.get('fal_webhook') };
  },
  taken: (job, base) => {
    const own = `${base}/${job.model.split('/').slice(0, 2).join('/')}/requests/${job.id}`;
    return {
      status: 200,
      body: {
        status: 'IN_QUEUE',
        request_id: job.id,
        response_url: own,
        status_url: `${own}/status`,
        cancel_url: `${own}/cancel`,
        queue_position: 0,
      },
    };
  },
  status: (job) => ({
    status: job.state === 'queued' ? 202 : 200,
    body: { status: STATUSES[job.state], request_id: job.id },
  }),
  // Whether it failed shows only here.
  result: (job) => resultOf(job),
  cancelled: () => ({ status: 202, body: { status: 'CANCELLATION_REQUESTED' } }),
  list: (jobs, { query }) => {
    const items = jobs
      .filter(({ model, state }) => model === query.get('endpoint_id') && STATUSES[state] === 'COMPLETED')
      .map((job) => ({
        request_id: job.id,
        endpoint_id: job.model,
        sent_at: new Date(job.createdAt).toISOString(),
        json_input: query.get('expand') === 'payloads' ? job.input : undefined,
      }));
    return { status: 200, body: { items, next_cursor: null, has_more: false } };
  },
  models: ({ query }) => ({
    status: 200,
    body: { models: query.getAll('endpoint_id').map(described), next_cursor: null, has_more: false },
  }),
  price: ({ query }) => {
    const prices = query.getAll('endpoint_id').map((endpoint_id) => ({ endpoint_id, ...PRICES[endpoint_id] }));
    return { status: 200, body: { prices, next_cursor: null, has_more: false } };
  },
  invalid: {
    status: 422,
    body: {
      detail: [
        {
          loc: ['body', 'duration'],
          msg: 'must be one of 5, 10',
          type: 'literal_error',
          ctx: { expected: "'5' or '10'" },
          input: '7',
        },
      ],
    },
  },
  uploaded: null,
  unknown: { status: 404, body: { detail: 'Request not found' } },
  keys: async () => {
    const { publicKey } = await pair;
    return { status: 200, body: { keys: [{ ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: 'one' }] } };
  },
  delivery: async (job, nowMs) => {
    const { status, body: payload } = resultOf(job);
    const isOk = status === 200;
    const error = isOk ? null : `Unexpected status code: ${status}`;
    const body = JSON.stringify({
      request_id: job.id,
      gateway_request_id: job.id,
      status: isOk ? 'OK' : 'ERROR',
      error,
      payload,
    });
    const [userId, timestamp] = ['user-1', String(Math.floor(nowMs / 1000))];
    const content = [job.id, userId, timestamp, createHash('sha256').update(body).digest('hex')].join('\n');
    const { privateKey } = await pair;
    const signature = await crypto.subtle.sign('Ed25519', privateKey, new TextEncoder().encode(content));
    return {
      headers: {
        'x-fal-webhook-request-id': job.id,
        'x-fal-webhook-user-id': userId,
        'x-fal-webhook-timestamp': timestamp,
        'x-fal-webhook-signature': Buffer.from(signature).toString('hex'),
      },
      body,
    };
  },
};

const PRICES: Readonly<Record<string, object>> = {
  'fal-ai/veo3.1/fast': { unit_price: 0.15, unit: 'seconds', currency: 'USD' },
  'fal-ai/bytedance/seedance/v1/pro/text-to-video': { unit_price: 2.5, unit: '1m tokens', currency: 'USD' },
  'fal-ai/kling-video/v2.5-turbo/pro/text-to-video': { unit_price: 0.35, unit: 'video', currency: 'USD' },
};

function described(endpoint_id: string) {
  const properties = {
    prompt: { type: 'string' },
    aspect_ratio: { type: 'string', enum: ['16:9', '9:16'] },
    resolution: { type: 'string', enum: ['720p', '1080p', '4k'] },
    duration: { type: 'string', enum: ['4s', '6s', '8s'], default: '8s' },
    seed: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    generate_audio: { type: 'boolean' },
  };
  const schemas = {
    QueueStatus: { type: 'object', properties: { status: { enum: ['IN_QUEUE'] } } },
    FilmInput: { type: 'object', required: ['prompt'], properties },
    FilmOutput: { type: 'object', properties: { video: { $ref: '#/components/schemas/File' } } },
  };
  const isVeo = endpoint_id === 'fal-ai/veo3.1/fast';
  return { endpoint_id, metadata: { status: 'active' }, ...(isVeo && { openapi: { components: { schemas } } }) };
}

const STATUSES = {
  queued: 'IN_QUEUE',
  running: 'IN_PROGRESS',
  succeeded: 'COMPLETED',
  failed: 'COMPLETED',
  moderated: 'COMPLETED',
  invalid: 'COMPLETED',
  expired: 'COMPLETED',
  'a new word': 'WARMING_UP',
} as const;

function resultOf({ state, outputs }: StandInJob): Reply {
  switch (state) {
    case 'failed':
      return {
        status: 500,
        body: { detail: [{ loc: ['body'], msg: 'Internal error of the model', type: 'internal_server_error' }] },
      };
    case 'moderated':
      return {
        status: 422,
        body: {
          detail: [
            { loc: ['body', 'prompt'], msg: 'It was stopped by a content checker.', type: 'content_policy_violation' },
          ],
        },
      };
    case 'invalid':
      return {
        status: 422,
        body: { detail: [{ loc: ['body', 'duration'], msg: 'must be one of 5, 10', type: 'literal_error' }] },
      };
    case 'expired':
      return { status: 404, body: { detail: 'Not found' } };
    default:
      return { status: 200, body: outputs };
  }
}
