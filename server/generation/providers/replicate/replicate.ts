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
import { type RecentJob, searchRecent } from '../search-recent.ts';
import { fromBase64, isHmacSha256, jsonOf, signedParts } from '../webhook-signature.ts';
import { readCatalog } from './catalog.ts';
import { REPLICATE_MODELS } from './models.ts';
import { type Prediction, PredictionSchema, statusOf } from './prediction.ts';

export interface ReplicateConfig {
  readonly apiKey: string;
  /** Null where no deliveries are taken. */
  readonly webhookSecret: string | null;
  /** An origin, with a path where a proxy needs one. */
  readonly baseUrl: string;
}

/** https://replicate.com/docs/reference/http */
export function createReplicateProvider(deps: ApiDeps, config: ReplicateConfig): VideoProvider {
  const { webhookSecret } = config;
  const base = `${config.baseUrl.replace(/\/$/, '')}/v1`;

  function call(method: 'GET' | 'POST', url: string, body?: unknown): Promise<ApiReply> {
    return callApi(deps, { method, url, headers: { authorization: `Bearer ${config.apiKey}` }, body });
  }

  const urlOf = (reference: JobReference) =>
    `${base}/predictions/${encodeURIComponent(v.parse(ReferenceSchema, reference).id)}`;

  const models = createLiveModels(REPLICATE_MODELS);

  return {
    ...NO_FILES,
    name: 'replicate',
    get models() {
      return models.offered();
    },
    resubmitIsFree: false,
    pollEveryMs: 2_000,
    // Files are gone an hour after they were made.
    slowestPollMs: 20_000,
    deadlineMs: usualDeadline,
    outputLifetimeMs: 60 * 60_000,

    async takeImage(picture) {
      const reply = await call('POST', `${base}/files`, formOf('content', picture));
      const taken = reply.kind === 'answer' && reply.status < 300 ? v.safeParse(FileSchema, reply.body) : null;
      if (!taken?.success) return notSubmitted('Replicate', reply);
      return { kind: 'taken', image: taken.output.urls.get };
    },

    async submit(submission: Submission) {
      const request = requestFor(models.sendable(), submission);
      if (request.kind === 'refused') return request;
      const { model, webhookUrl } = submission;
      const reply = await call('POST', `${base}/models/${model}/predictions`, {
        input: request.input,
        ...(webhookUrl !== null && { webhook: webhookUrl, webhook_events_filter: ['completed'] }),
      });
      const prediction = predictionIn(reply);
      if (!prediction) return notSubmitted('Replicate', reply);
      return { kind: 'submitted', reference: { id: prediction.id }, requestId: prediction.id };
    },

    async status(reference) {
      const reply = await call('GET', urlOf(reference));
      const prediction = predictionIn(reply);
      return prediction ? statusOf(prediction) : notHeard('Replicate', reply);
    },

    async cancel(reference) {
      cancelHeard('Replicate', await call('POST', `${urlOf(reference)}/cancel`));
    },

    async find(search: JobSearch) {
      const request = requestFor(models.sendable(), search.submission);
      if (request.kind === 'refused') return { kind: 'cannot_tell', message: request.error.message };
      let next: string | null = `${base}/predictions`;
      return searchRecent(search, {
        input: request.input,
        isWhole: true,
        nextPage: async () => {
          if (next === null) return null;
          const reply: ApiReply = await call('GET', next);
          const list = reply.kind === 'answer' && reply.status === 200 ? v.safeParse(ListSchema, reply.body) : null;
          if (!list?.success) {
            notHeard('Replicate', reply);
            throw new Error('Replicate has no list of jobs');
          }
          const { next: following, results } = list.output;
          if (following !== null && !isOwnUrl(following, base)) throw new Error('Replicate’s list goes on elsewhere');
          next = following;
          return results.map(recent);
        },
        inputOf: null,
      });
    },

    readWebhook: webhookSecret === null ? null : (delivery) => readWebhook(delivery, webhookSecret, deps.clock()),

    async refreshModels() {
      const facts = await readCatalog((path) => call('GET', `${base}${path}`), REPLICATE_MODELS);
      if (facts === null) throw new NoAnswerError('Replicate has no catalog of its models');
      models.learn(facts);
    },

    async checkKey() {
      const reply = await call('GET', `${base}/account`);
      if (reply.kind === 'no_answer') return { ok: false, message: `Replicate did not answer: ${reply.message}` };
      return reply.status === 200
        ? { ok: true, message: 'Replicate takes the key' }
        : { ok: false, message: `Replicate answered ${reply.status}` };
    },
  };
}

const ReferenceSchema = v.object({ id: v.string() });
const FileSchema = v.object({ urls: v.object({ get: v.pipe(v.string(), v.url()) }) });
const ListSchema = v.object({ next: v.nullish(v.string(), null), results: v.array(PredictionSchema) });

function predictionIn(reply: ApiReply): Prediction | null {
  if (reply.kind === 'no_answer' || reply.status >= 300) return null;
  const parsed = v.safeParse(PredictionSchema, reply.body);
  return parsed.success ? parsed.output : null;
}

function recent(prediction: Prediction): RecentJob {
  return {
    requestId: prediction.id,
    reference: { id: prediction.id },
    model: prediction.model,
    createdAt: Date.parse(prediction.created_at ?? ''),
    input: prediction.input,
    webhookUrl: prediction.webhook,
  };
}

/** As Standard Webhooks have it: the key is Base64, the signatures are `v1,<Base64>`, one for each key in use. */
async function readWebhook(delivery: WebhookDelivery, secret: string, now: number): Promise<Heard | null> {
  const signed = signedParts(delivery, now);
  const key = fromBase64(secret.replace(/^whsec_/, ''));
  if (!signed || !key) return null;
  const signatures = signed.signatures.split(' ').flatMap((text) => {
    const bytes = text.startsWith('v1,') ? fromBase64(text.slice(3)) : null;
    return bytes ? [bytes] : [];
  });
  const verdicts = await Promise.all(signatures.map((signature) => isHmacSha256(key, signature, signed.content)));
  const parsed = v.safeParse(PredictionSchema, jsonOf(delivery.body));
  if (!verdicts.includes(true) || !parsed.success) return null;
  const { output: prediction } = parsed;
  return {
    requestId: prediction.id,
    referenceFor: () => ({ id: prediction.id }),
    status: statusOf(prediction),
    deliveryId: signed.deliveryId,
  };
}
