import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KINDS, kindOf } from '../../../tests/support/providers/each.ts';
import { FAL } from '../../../tests/support/providers/fal.ts';
import { type StandIn, type StandInJob, startStandIn } from '../../../tests/support/providers/stand-in.ts';
import type { VideoProvider } from '../provider.ts';
import { createFalProvider } from './fal/fal.ts';
import { createReplicateProvider } from './replicate/replicate.ts';
import { createWaveSpeedProvider } from './wavespeed/wavespeed.ts';

const NOW = 1_800_000_000_000;
const URL_1 = 'https://cdn.example/1.mp4';

const deps = { fetch, after: () => () => undefined, clock: () => NOW };
const bytesOf = (text: string) => new TextEncoder().encode(text);

describe('vectors worked out from the documented algorithms', () => {
  const read = (provider: VideoProvider, headers: Record<string, string>, body: string) =>
    provider.readWebhook?.({ headers: new Headers(headers), body: bytesOf(body) });
  const done = { kind: 'succeeded', outputs: [{ url: URL_1 }] };

  test('WaveSpeed: v3, hex, keyed by the text of the secret', async () => {
    const provider = createWaveSpeedProvider(deps, {
      apiKey: 'x',
      webhookSecret: 'whsec_5f4dcc3b5aa765d6',
      baseUrl: 'https://w.example',
    });
    const headers = {
      'webhook-id': 'msg-1',
      'webhook-timestamp': '1800000000',
      'webhook-signature': 'v3,da9f84281e7d183c54284927ece27335ef26f57b5b979befac1f7dd8851b5371',
    };
    const body = '{"id":"job-1","model":"m/x","status":"completed","outputs":["https://cdn.example/1.mp4"]}';
    expect(await read(provider, headers, body)).toMatchObject({ requestId: 'job-1', status: done });
  });

  test('Replicate: v1, Base64, keyed by the bytes that the secret stands for', async () => {
    const provider = createReplicateProvider(deps, {
      apiKey: 'x',
      webhookSecret: 'whsec_c2l4dGVlbiBieXRlcyBvaw==',
      baseUrl: 'https://r.example',
    });
    const headers = {
      'webhook-id': 'msg-1',
      'webhook-timestamp': '1800000000',
      'webhook-signature': 'v1,AAAA v1,40TZT2NYvY6w5y3YzEIW50lv2aR9bCzCGwBowtTz0d0=',
    };
    const body = '{"id":"job-1","model":"m/x","status":"succeeded","output":"https://cdn.example/1.mp4"}';
    expect(await read(provider, headers, body)).toMatchObject({ requestId: 'job-1', status: done });
  });

  test('fal: ED25519 over request, user, time and hash', async () => {
    const keys = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: '6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw' }] };
    const [url, asked] = ['https://f.example', [] as string[]];
    const provider = createFalProvider(
      {
        ...deps,
        fetch: async (from) => {
          asked.push(from);
          return Response.json(keys);
        },
      },
      { apiKey: 'x', queueUrl: url, restUrl: url, platformUrl: url },
    );
    const headers = {
      'x-fal-webhook-request-id': 'job-1',
      'x-fal-webhook-user-id': 'user-1',
      'x-fal-webhook-timestamp': '1800000000',
      'x-fal-webhook-signature':
        '619d51127dd02e0536626e2e068ba0ede1e316cc6f095167756a165e37fc5f6a6a43af07d72e029aa1fbbe4879bf7a19c45d0be68bb8d7c42391168e92977c0d',
    };
    const body =
      '{"request_id":"job-1","gateway_request_id":"job-1","status":"OK","error":null,"payload":{"video":{"url":"https://cdn.example/1.mp4"}}}';
    expect(await read(provider, headers, body)).toMatchObject({ requestId: 'job-1', status: done });
    // Its keys are asked for once a day, and for a wrong signature no sooner than after five minutes.
    for (let n = 0; n < 3; n++) await read(provider, { ...headers, 'x-fal-webhook-user-id': 'user-2' }, body);
    expect(asked).toEqual(['https://f.example/.well-known/jwks.json']);
  });
});

describe('the same deliveries under a key that is not ours are nothing', () => {
  const NOW_S = String(NOW / 1000);
  const body =
    '{"id":"job-1","request_id":"job-1","status":"OK","payload":{"video":{"url":"https://cdn.example/1.mp4"}}}';
  const hmac = async (hash: string, key: Uint8Array<ArrayBuffer>, text: string) => {
    const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash }, false, ['sign']);
    return Buffer.from(await crypto.subtle.sign('HMAC', imported, bytesOf(text)));
  };
  const keyOf = (secret: string) => bytesOf(secret.replace('whsec_', ''));
  const decoded = (secret: string) => new Uint8Array(Buffer.from(secret.replace('whsec_', ''), 'base64'));
  const heard = (provider: VideoProvider, headers: Record<string, string>) =>
    provider.readWebhook?.({ headers: new Headers(headers), body: bytesOf(body) });

  test.each([
    ['wavespeed', 'whsec_AAAABBBBCCCCDDDD', 'whsec_AAAABBBBCCCCDDDE'],
    ['replicate', 'whsec_AAAABBBBCCCCDDDD', 'whsec_AAAABBBBCCCCDDDA'],
  ] as const)('%s', async (name, ours, theirs) => {
    const config = { apiKey: 'x', webhookSecret: ours, baseUrl: 'https://p.example' };
    const isWave = name === 'wavespeed';
    const provider = isWave ? createWaveSpeedProvider(deps, config) : createReplicateProvider(deps, config);
    const signed = async (secret: string) => {
      const signature = await hmac('SHA-256', isWave ? keyOf(secret) : decoded(secret), `m.${NOW_S}.${body}`);
      const text = isWave ? `v3,${signature.toString('hex')}` : `v1,${signature.toString('base64')}`;
      return { 'webhook-id': 'm', 'webhook-timestamp': NOW_S, 'webhook-signature': text };
    };
    expect(await heard(provider, await signed(ours))).toMatchObject({ requestId: 'job-1' });
    expect(await heard(provider, await signed(theirs))).toBe(null);
  });

  test('fal', async () => {
    const made = async () => {
      const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify']);
      if (!('privateKey' in pair)) throw new Error('Ed25519 makes pairs');
      return pair;
    };
    const [ours, theirs] = [await made(), await made()];
    const published = Response.json({ keys: [await crypto.subtle.exportKey('jwk', ours.publicKey)] });
    const url = 'https://f.example';
    const config = { apiKey: 'x', queueUrl: url, restUrl: url, platformUrl: url };
    const provider = createFalProvider({ ...deps, fetch: async () => published.clone() }, config);
    const signed = async (key: CryptoKey) => {
      const hash = Buffer.from(await crypto.subtle.digest('SHA-256', bytesOf(body))).toString('hex');
      const signature = await crypto.subtle.sign('Ed25519', key, bytesOf(`job-1\nuser\n${NOW_S}\n${hash}`));
      return {
        'x-fal-webhook-request-id': 'job-1',
        'x-fal-webhook-user-id': 'user',
        'x-fal-webhook-timestamp': NOW_S,
        'x-fal-webhook-signature': Buffer.from(signature).toString('hex'),
      };
    };
    expect(await heard(provider, await signed(ours.privateKey))).toMatchObject({ requestId: 'job-1' });
    expect(await heard(provider, await signed(theirs.privateKey))).toBe(null);
  });
});

describe.each(KINDS)('what $dialect.name tells', ({ dialect, create, outputs }) => {
  let standIn: StandIn;
  let provider: VideoProvider;
  let now = NOW;
  beforeEach(async () => {
    now = NOW;
    standIn = await startStandIn(dialect);
    provider = create(standIn.url, () => now);
  });
  afterEach(() => standIn[Symbol.asyncDispose]());

  const job = (state: StandInJob['state']): StandInJob => ({
    id: 'job-1',
    model: provider.models[0]?.id ?? '',
    input: { prompt: 'A fox' },
    webhookUrl: null,
    createdAt: NOW,
    state,
    outputs: outputs[0]?.[1](URL_1),
    isCancelled: false,
  });

  async function told(
    change: { headers?: Record<string, string>; body?: string } = {},
    state: StandInJob['state'] = 'succeeded',
  ) {
    const { headers, body } = await dialect.delivery(job(state), NOW);
    return provider.readWebhook?.({
      headers: new Headers({ ...headers, ...change.headers }),
      body: bytesOf(change.body ?? body),
    });
  }

  async function headerNames(): Promise<string[]> {
    return Object.keys((await dialect.delivery(job('succeeded'), NOW)).headers);
  }

  test('is heard when it is signed: done, with what was made', async () => {
    expect(await told()).toMatchObject({
      requestId: 'job-1',
      status: { kind: 'succeeded', outputs: [{ url: URL_1 }] },
    });
  });

  test.each([
    ['failed', 'provider_failed'],
    ['moderated', 'moderated'],
  ] as const)('is heard when it %s', async (state, code) => {
    expect(await told({}, state)).toMatchObject({ status: { kind: 'failed', error: { code } } });
  });

  test('leads back to the job', async () => {
    const heard = await told();
    const model = provider.models[0]?.id ?? '';
    standIn.answerNext('status', dialect.status(job('running'), standIn.url));
    expect(await provider.status(JSON.parse(JSON.stringify(heard?.referenceFor(model))))).toMatchObject({
      kind: 'running',
    });
  });

  test('is refused with one digit of the signature changed', async () => {
    const { headers, body } = await dialect.delivery(job('succeeded'), NOW);
    const name = Object.keys(headers).find((header) => header.endsWith('signature')) ?? '';
    const flipped = (headers[name] ?? '').replace(/[0-9a-f](?=[^,]*$)/, (digit) => (digit === '0' ? '1' : '0'));
    expect(
      await provider.readWebhook?.({ headers: new Headers({ ...headers, [name]: flipped }), body: bytesOf(body) }),
    ).toBe(null);
  });

  test('is refused with one byte changed', async () => {
    const { body } = await dialect.delivery(job('succeeded'), NOW);
    expect(await told({ body: body.replace('1.mp4', '2.mp4') })).toBe(null);
    expect(await told({ body: `${body} ` })).toBe(null);
  });

  test('is refused without any one of its headers, or with another’s', async () => {
    for (const name of await headerNames()) {
      const { headers, body } = await dialect.delivery(job('succeeded'), NOW);
      const without = new Headers(headers);
      without.delete(name);
      expect(await provider.readWebhook?.({ headers: without, body: bytesOf(body) })).toBe(null);
      expect(await told({ headers: { [name]: 'other' } })).toBe(null);
    }
  });

  test.each([-299_000, 0, 299_000])('counts when the clocks are %i ms apart', async (apart) => {
    now = NOW + apart;
    expect(await told()).not.toBe(null);
  });

  test.each([-301_000, 301_000, 86_400_000])('is refused %i ms away', async (apart) => {
    now = NOW + apart;
    expect(await told()).toBe(null);
  });

  test('a second time has the same name, and another delivery has another', async () => {
    const [first, again] = [await told(), await told()];
    const later = await dialect.delivery(job('succeeded'), NOW + 60_000);
    const other = await provider.readWebhook?.({ headers: new Headers(later.headers), body: bytesOf(later.body) });
    expect(first?.deliveryId).toBe(again?.deliveryId);
    expect(other?.deliveryId).not.toBe(first?.deliveryId);
  });

  test.each(['', '{}', '[]', 'null', '{"id":', '<html>'])('signed nonsense (%s) is nothing', async (body) => {
    expect(await told({ body })).toBe(null);
  });
});

test('fal’s keys that cannot be had leave it open, for another time', async () => {
  const fal = kindOf(FAL);
  await using standIn = await startStandIn(fal.dialect);
  standIn.answerNext('keys', { status: 502, body: '<html>' });
  const job: StandInJob = {
    id: 'job-1',
    model: 'm',
    input: {},
    webhookUrl: null,
    createdAt: NOW,
    state: 'succeeded',
    outputs: { video: { url: URL_1 } },
    isCancelled: false,
  };
  const { headers, body } = await fal.dialect.delivery(job, NOW);
  let now = NOW;
  const provider = fal.create(standIn.url, () => now);
  const delivery = { headers: new Headers(headers), body: bytesOf(body) };
  const askAll = () => Promise.allSettled([1, 2, 3].map(() => provider.readWebhook?.(delivery)));
  for (const asked of await askAll()) expect(asked).toMatchObject({ reason: { message: /cannot be had/ } });
  now += 29_999;
  for (const asked of await askAll()) expect(asked).toMatchObject({ status: 'rejected' });
  expect(standIn.requests.filter(({ op }) => op === 'keys').length).toBe(1);
  now += 1;
  for (const asked of await askAll())
    expect(asked).toMatchObject({ status: 'fulfilled', value: { requestId: 'job-1' } });
  expect(standIn.requests.filter(({ op }) => op === 'keys').length).toBe(2);
});
