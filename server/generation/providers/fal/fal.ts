import * as v from 'valibot';
import {
  type JobReference,
  type JobSearch,
  NoAnswerError,
  type Submission,
  type VideoProvider,
} from '../../provider.ts';
import { cancelHeard, failure, notHeard, notSubmitted, wordsOf } from '../answers.ts';
import { type ApiDeps, type ApiReply, callApi, isOwnUrl } from '../api.ts';
import { createLiveModels } from '../live-models.ts';
import { requestFor, usualDeadline } from '../model-table.ts';
import { NO_FILES } from '../no-files.ts';
import { SKEW_MS, searchRecent } from '../search-recent.ts';
import { readCatalog } from './catalog.ts';
import { FAL_MODELS } from './models.ts';
import { resultStatus } from './result.ts';
import { createFalWebhookReader } from './webhook.ts';

export interface FalConfig {
  readonly apiKey: string;
  /** `https://queue.fal.run` */
  readonly queueUrl: string;
  /** `https://rest.fal.ai`, where its keys are. */
  readonly restUrl: string;
  /** `https://api.fal.ai`, which lists what was asked for. */
  readonly platformUrl: string;
}

/** https://fal.ai/docs/model-endpoints/queue */
export function createFalProvider(deps: ApiDeps, config: FalConfig): VideoProvider {
  const [queue, rest, platform] = [config.queueUrl, config.restUrl, config.platformUrl].map((url) =>
    url.replace(/\/$/, ''),
  );

  function call(method: 'GET' | 'POST' | 'PUT', url: string, body?: unknown): Promise<ApiReply> {
    return callApi(deps, { method, url, headers: { authorization: `Key ${config.apiKey}` }, body });
  }

  /** The URLs that fal named count, where they are its own; else as they are documented, without the model's sub-path. */
  function urlsOf(reference: JobReference) {
    const { requestId, app, statusUrl, responseUrl, cancelUrl } = v.parse(ReferenceSchema, reference);
    const usual = `${queue}/${app}/requests/${encodeURIComponent(requestId)}`;
    const own = (url: string | null, otherwise: string) => (isOwnUrl(url, config.queueUrl) ? url : otherwise);
    return {
      status: own(statusUrl, `${usual}/status`),
      response: own(responseUrl, usual),
      cancel: own(cancelUrl, `${usual}/cancel`),
    };
  }

  const models = createLiveModels(FAL_MODELS);

  return {
    ...NO_FILES,
    name: 'fal',
    get models() {
      return models.offered();
    },
    resubmitIsFree: false,
    pollEveryMs: 2_000,
    slowestPollMs: 30_000,
    deadlineMs: usualDeadline,
    outputLifetimeMs: null,

    // A data URI stands anywhere for the address of a file.
    takeImage: async ({ data, contentType }) => ({
      kind: 'taken',
      image: `data:${contentType};base64,${base64(data)}`,
    }),

    async submit(submission: Submission) {
      const request = requestFor(models.sendable(), submission);
      if (request.kind === 'refused') return request;
      const { model, webhookUrl } = submission;
      const query = webhookUrl === null ? '' : `?fal_webhook=${encodeURIComponent(webhookUrl)}`;
      const reply = await call('POST', `${queue}/${model}${query}`, request.input);
      const taken = reply.kind === 'answer' && reply.status < 300 ? v.safeParse(TakenSchema, reply.body) : null;
      if (!taken?.success) return notSubmitted('fal', reply);
      const { request_id, status_url, response_url, cancel_url } = taken.output;
      return {
        kind: 'submitted',
        requestId: request_id,
        reference: {
          ...referenceOf(model, request_id),
          statusUrl: status_url,
          responseUrl: response_url,
          cancelUrl: cancel_url,
        },
      };
    },

    async status(reference) {
      const urls = urlsOf(reference);
      const reply = await call('GET', urls.status);
      const said = reply.kind === 'answer' && reply.status < 300 ? v.safeParse(StatusSchema, reply.body) : null;
      if (!said?.success) return notHeard('fal', reply);
      const { status, error, error_type } = said.output;
      if (status === 'IN_QUEUE') return { kind: 'queued' };
      if (status !== 'COMPLETED') return { kind: 'running', progress: null };
      if (error !== null) return failure(wordsOf(error), error_type ?? '');
      return resultOf(await call('GET', urls.response));
    },

    async cancel(reference) {
      cancelHeard('fal', await call('PUT', urlsOf(reference).cancel));
    },

    async find(search: JobSearch) {
      const { submission, from } = search;
      const request = requestFor(models.sendable(), submission);
      if (request.kind === 'refused') return { kind: 'cannot_tell', message: request.error.message };
      const query = new URLSearchParams({
        endpoint_id: submission.model,
        start: new Date(from - SKEW_MS).toISOString(),
        limit: '100',
        expand: 'payloads',
      });
      let next: string | null = '';
      return searchRecent(search, {
        input: request.input,
        // It lists requests that have ended.
        isWhole: false,
        nextPage: async () => {
          if (next === null) return null;
          if (next !== '') query.set('cursor', next);
          const reply = await call('GET', `${platform}/v1/models/requests/by-endpoint?${query}`);
          const list = reply.kind === 'answer' && reply.status === 200 ? v.safeParse(ListSchema, reply.body) : null;
          if (!list?.success) {
            notHeard('fal', reply);
            throw new NoAnswerError('fal has no list of requests');
          }
          next = list.output.next_cursor;
          return list.output.items.map(({ request_id, endpoint_id, sent_at, started_at, json_input }) => ({
            requestId: request_id,
            reference: referenceOf(submission.model, request_id),
            model: endpoint_id,
            createdAt: Date.parse(sent_at ?? started_at ?? ''),
            input: json_input,
            webhookUrl: null,
          }));
        },
        inputOf: null,
      });
    },

    readWebhook: createFalWebhookReader(deps, {
      keysUrl: `${rest}/.well-known/jwks.json`,
      referenceOf,
    }),

    async refreshModels() {
      const facts = await readCatalog((path) => call('GET', `${platform}${path}`), FAL_MODELS);
      if (facts === null) throw new NoAnswerError('fal has no catalog of its models');
      models.learn(facts);
    },

    async checkKey() {
      const query = new URLSearchParams({ endpoint_id: FAL_MODELS[0]?.capabilities.id ?? '', limit: '1' });
      const reply = await call('GET', `${platform}/v1/models/requests/by-endpoint?${query}`);
      if (reply.kind === 'no_answer') return { ok: false, message: `fal did not answer: ${reply.message}` };
      return reply.status === 200
        ? { ok: true, message: 'fal takes the key' }
        : { ok: false, message: `fal answered ${reply.status}` };
    },
  };
}

/** In steps, as a call takes only so many arguments. */
function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

const text = v.nullish(v.string(), null);
const RequestIdSchema = v.pipe(v.string(), v.nonEmpty(), v.maxLength(200));
const ReferenceSchema = v.object({
  requestId: v.string(),
  app: v.string(),
  statusUrl: text,
  responseUrl: text,
  cancelUrl: text,
});
const TakenSchema = v.object({ request_id: RequestIdSchema, status_url: text, response_url: text, cancel_url: text });
const StatusSchema = v.object({ status: v.string(), error: v.nullish(v.unknown(), null), error_type: text });
const ListSchema = v.object({
  next_cursor: text,
  items: v.array(
    v.object({
      request_id: RequestIdSchema,
      endpoint_id: text,
      sent_at: text,
      started_at: text,
      json_input: v.nullish(v.unknown(), null),
    }),
  ),
});

function referenceOf(model: string, requestId: string) {
  return { requestId, app: model.split('/').slice(0, 2).join('/') };
}

function resultOf(reply: ApiReply) {
  // These speak of the question, not of the job.
  if (reply.kind === 'no_answer' || [401, 402, 403, 408, 409, 425, 429].includes(reply.status)) {
    return notHeard('fal', reply);
  }
  // A 5xx with words is the model's own; without, the way there is broken.
  const isStructured = typeof reply.body === 'object' && reply.body !== null && 'detail' in reply.body;
  if (reply.status >= 500 && !isStructured) return notHeard('fal', reply);
  if (reply.body === undefined) return notHeard('fal', reply);
  return resultStatus(reply.status, reply.body);
}
