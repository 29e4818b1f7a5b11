import * as v from 'valibot';
import {
  type Heard,
  type JobReference,
  type JobSearch,
  NoAnswerError,
  type Submission,
  type VideoProvider,
  type WebhookDelivery,
} from '../../provider.ts';
import { cancelHeard, notHeard, notSubmitted } from '../answers.ts';
import { type ApiDeps, type ApiReply, callApi, isOwnUrl } from '../api.ts';
import { createLiveModels } from '../live-models.ts';
import { requestFor, usualDeadline } from '../model-table.ts';
import { NO_FILES } from '../no-files.ts';
import { formOf } from '../picture-form.ts';
import { type RecentJob, SKEW_MS, searchRecent } from '../search-recent.ts';
import { fromHex, isHmacSha256, jsonOf, signedParts } from '../webhook-signature.ts';
import { readCatalog } from './catalog.ts';
import { WAVESPEED_MODELS } from './models.ts';
import { codeOf, type Prediction, PredictionSchema, statusOf, unwrapped } from './prediction.ts';

export interface WaveSpeedConfig {
  readonly apiKey: string;
  /** Null where no deliveries are taken. */
  readonly webhookSecret: string | null;
  /** An origin, with a path where a proxy needs one. */
  readonly baseUrl: string;
}

const DAY_MS = 24 * 60 * 60_000;
const PAGE = 100;

/** https://wavespeed.ai/docs, version 3. */
export function createWaveSpeedProvider(deps: ApiDeps, config: WaveSpeedConfig): VideoProvider {
  const { webhookSecret } = config;
  const base = `${config.baseUrl.replace(/\/$/, '')}/api/v3`;

  function call(method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown): Promise<ApiReply> {
    return callApi(deps, { method, url, headers: { authorization: `Bearer ${config.apiKey}` }, body });
  }

  const models = createLiveModels(WAVESPEED_MODELS);

  return {
    ...NO_FILES,
    name: 'wavespeed',
    get models() {
      return models.offered();
    },
    resubmitIsFree: false,
    pollEveryMs: 2_000,
    slowestPollMs: 30_000,
    deadlineMs: usualDeadline,
    outputLifetimeMs: 7 * DAY_MS,

    async takeImage(picture) {
      const reply = await call('POST', `${base}/media/upload/binary`, formOf('file', picture));
      const code = reply.kind === 'answer' ? codeOf(reply) : undefined;
      const taken = code === 200 && reply.kind === 'answer' ? v.safeParse(UploadedSchema, unwrapped(reply.body)) : null;
      if (!taken?.success) return notSubmitted('WaveSpeed', reply, code);
      return { kind: 'taken', image: taken.output.download_url };
    },

    async submit(submission: Submission) {
      const request = requestFor(models.sendable(), submission);
      if (request.kind === 'refused') return request;
      const query = submission.webhookUrl === null ? '' : `?webhook=${encodeURIComponent(submission.webhookUrl)}`;
      const reply = await call('POST', `${base}/${submission.model}${query}`, request.input);
      const prediction = predictionIn(reply);
      if (!prediction) return notSubmitted('WaveSpeed', reply, reply.kind === 'answer' ? codeOf(reply) : undefined);
      return { kind: 'submitted', reference: referenceOf(prediction), requestId: prediction.id };
    },

    async status(reference: JobReference) {
      const reply = await call('GET', resultUrl(reference));
      const prediction = predictionIn(reply);
      if (!prediction) return notHeard('WaveSpeed', reply, reply.kind === 'answer' ? codeOf(reply) : undefined);
      return statusOf(prediction);
    },

    async cancel(reference) {
      const { id } = v.parse(ReferenceSchema, reference);
      cancelHeard('WaveSpeed', await call('DELETE', `${base}/predictions/${encodeURIComponent(id)}`));
    },

    async find(search: JobSearch) {
      const request = requestFor(models.sendable(), search.submission);
      if (request.kind === 'refused') return { kind: 'cannot_tell', message: request.error.message };
      let page = 0;
      let isLast = false;
      return searchRecent(search, {
        input: request.input,
        isWhole: true,
        nextPage: async () => {
          if (isLast) return null;
          const reply = await call('POST', `${base}/predictions`, {
            page: ++page,
            page_size: PAGE,
            include_inputs: true,
            // Without these it lists a day.
            created_after: new Date(search.from - SKEW_MS).toISOString(),
            created_before: new Date(deps.clock() + SKEW_MS).toISOString(),
          });
          const list =
            reply.kind === 'answer' && codeOf(reply) === 200 ? v.safeParse(ListSchema, unwrapped(reply.body)) : null;
          if (!list?.success) throw listFailure(reply);
          isLast = list.output.items.length === 0;
          return list.output.items.map(recent);
        },
        inputOf: async ({ reference }) => {
          const shown = predictionIn(await call('GET', resultUrl(reference)));
          return shown?.input ?? shown?.inputs ?? null;
        },
      });
    },

    readWebhook: webhookSecret === null ? null : (delivery) => readWebhook(delivery, webhookSecret, deps.clock()),

    async refreshModels() {
      const facts = await readCatalog((method, path, body) => call(method, `${base}${path}`, body), WAVESPEED_MODELS);
      if (facts === null) throw new NoAnswerError('WaveSpeed has no catalog of its models');
      models.learn(facts);
    },

    async checkKey() {
      const reply = await call('GET', `${base}/balance`);
      if (reply.kind === 'no_answer') return { ok: false, message: `WaveSpeed did not answer: ${reply.message}` };
      const code = codeOf(reply);
      return code === 200
        ? { ok: true, message: 'WaveSpeed takes the key' }
        : { ok: false, message: `WaveSpeed answered ${code}` };
    },
  };

  /** The URL that WaveSpeed named counts, where it is its own. */
  function resultUrl(reference: JobReference): string {
    const { id, url } = v.parse(ReferenceSchema, reference);
    return isOwnUrl(url, base) ? url : `${base}/predictions/${encodeURIComponent(id)}/result`;
  }
}

const ReferenceSchema = v.object({ id: v.string(), url: v.nullable(v.string()) });
const UploadedSchema = v.object({ download_url: v.pipe(v.string(), v.url()) });
const ListSchema = v.object({ items: v.array(PredictionSchema) });

function predictionIn(reply: ApiReply): Prediction | null {
  if (reply.kind === 'no_answer' || reply.status >= 300 || codeOf(reply) >= 300) return null;
  const parsed = v.safeParse(PredictionSchema, unwrapped(reply.body));
  return parsed.success ? parsed.output : null;
}

function listFailure(reply: ApiReply): Error {
  try {
    notHeard('WaveSpeed', reply, reply.kind === 'answer' ? codeOf(reply) : undefined);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  return new Error('WaveSpeed has no list of jobs');
}

function referenceOf({ id, urls }: Prediction): JobReference {
  return { id, url: urls?.get ?? null };
}

function recent(prediction: Prediction): RecentJob {
  return {
    requestId: prediction.id,
    reference: referenceOf(prediction),
    model: prediction.model,
    createdAt: Date.parse(prediction.created_at ?? ''),
    input: prediction.input ?? prediction.inputs,
    webhookUrl: null,
  };
}

/** `v3,<hex>` over `id.timestamp.body`, keyed by the text of the secret: unlike others it is not Base64. */
async function readWebhook(delivery: WebhookDelivery, secret: string, now: number): Promise<Heard | null> {
  const signed = signedParts(delivery, now);
  if (!signed) return null;
  const key = new TextEncoder().encode(secret.replace(/^whsec_/, ''));
  const signatures = signed.signatures.split(' ').flatMap((text) => {
    const bytes = text.startsWith('v3,') ? fromHex(text.slice(3)) : null;
    return bytes ? [bytes] : [];
  });
  const verdicts = await Promise.all(signatures.map((signature) => isHmacSha256(key, signature, signed.content)));
  if (!verdicts.includes(true)) return null;
  const parsed = v.safeParse(PredictionSchema, unwrapped(jsonOf(delivery.body)));
  if (!parsed.success) return null;
  const { output: prediction } = parsed;
  return {
    requestId: prediction.id,
    referenceFor: () => referenceOf(prediction),
    status: statusOf(prediction),
    deliveryId: signed.deliveryId,
  };
}
