import type { ModelRules } from '../../sync/model-params.ts';
import type { SourceImage } from '../../sync/source-image.ts';
import type { ByteRange, Bytes } from '../media/blob-store/blob-store.ts';

/** Where videos come from: a service that is paid, or the built-in renderer. */
export interface VideoProvider {
  /** As it stands in the rows. */
  readonly name: string;
  /** As they were last heard of. */
  readonly models: readonly ModelCapabilities[];
  /** Whether the same submission may be sent twice: nothing is charged and nothing is made twice. */
  readonly resubmitIsFree: boolean;
  /** How soon it is asked again at first, and how late at the latest; in between the pause grows with the wait. */
  readonly pollEveryMs: number;
  readonly slowestPollMs: number;
  /** How long a submitted job of this shape is waited for. */
  readonly deadlineMs: (shape: Pick<Submission, 'model' | 'params'>) => number;
  /** How long it keeps finished outputs; null where it keeps them. */
  readonly outputLifetimeMs: number | null;
  /**
   * Takes the picture of a submission that follows; it costs nothing and may be done twice. Rejects
   * where the provider gave no usable answer. Null where no model takes one.
   */
  readonly takeImage: ((image: SourceBytes) => Promise<TakenImage>) | null;
  /** Starts a job. Rejects only where nobody can say whether it was started. */
  readonly submit: (submission: Submission) => Promise<Submitted>;
  /** Rejects where the provider gave no usable answer, which says nothing about the job. */
  readonly status: (reference: JobReference) => Promise<JobStatus>;
  /** Best effort; the job may go on. */
  readonly cancel: (reference: JobReference) => Promise<void>;
  /**
   * Looks for a submission that nobody heard the answer to; null where the provider cannot be
   * searched. Rejects like `status`.
   */
  readonly find: ((search: JobSearch) => Promise<Found>) | null;
  /**
   * What a delivery to `webhookUrl` says; null where the provider did not sign it just now. Null as
   * a whole where nothing is to be called. Rejects where it could not be verified for now.
   */
  readonly readWebhook: ((delivery: WebhookDelivery) => Promise<Heard | null>) | null;
  /**
   * Hears anew what the models take and cost; rejects where nothing could be heard, and then all
   * stays as it is. Null where that never changes.
   */
  readonly refreshModels: (() => Promise<void>) | null;
  /** A call that costs nothing and needs the key, in words for the operator; null where there is no key. */
  readonly checkKey: (() => Promise<{ readonly ok: boolean; readonly message: string }>) | null;
  /** An output under a URL that is not http(s), which only this provider can read; null where it is gone. */
  readonly openOutput: (url: string) => Promise<ProviderOutput | null>;
  /** The WebP poster that came with such an output; null without one. */
  readonly poster: (url: string) => Promise<Uint8Array<ArrayBuffer> | null>;
}

/** What a model takes, and what it costs where that is known. */
export interface ModelCapabilities extends ModelRules {
  readonly id: string;
  readonly label: string;
  readonly price?: ModelPrice;
}

/** About what a film costs; what it comes to in the end the provider says. */
export interface ModelPrice {
  /** ISO 4217. */
  readonly currency: string;
  readonly rates: readonly PriceRate[];
}

/** A film costs `fixed`, and `perSecond` for each second that it lasts; nothing is free. */
export interface PriceRate {
  /** Null for those that have no rate of their own. */
  readonly resolution: string | null;
  readonly fixed: number;
  readonly perSecond: number;
  /** All that is known is that it costs no less. */
  readonly isLeast: boolean;
}

export interface Submission {
  /** The generation's id, which another user may have given to one of theirs. */
  readonly id: string;
  /** A UUID that only this user's generation has, each time it is submitted. */
  readonly key: string;
  readonly prompt: string;
  readonly model: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** What the provider knows its picture by; absent without one, and where it is only looked for. */
  readonly image?: string | undefined;
  /** Where it may tell how the job went: names this generation; null where it cannot reach this server. */
  readonly webhookUrl: string | null;
}

export interface JobSearch {
  readonly submission: Submission;
  /** It was sent then or later, in milliseconds since 1970. */
  readonly from: number;
  /** Whether a job is another generation's. */
  readonly isTaken: (requestId: string) => Promise<boolean>;
  /** Whether another generation that asks for the same has no job that is known: which job is whose looks show not. */
  readonly hasTwin: () => Promise<boolean>;
}

export type Found =
  | { readonly kind: 'found'; readonly reference: JobReference; readonly requestId: string }
  /** Its list is whole and does not have it; whether it is still on its way there the caller has to know. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'cannot_tell'; readonly message: string };

export interface WebhookDelivery {
  readonly headers: Headers;
  /** As they came: a signature is of these very bytes. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** What a provider said unasked. */
export interface Heard {
  readonly requestId: string;
  /** Of a job of this model. */
  readonly referenceFor: (model: string) => JobReference;
  readonly status: JobStatus;
  /** The same for the same delivery: what comes again with it is a replay. */
  readonly deliveryId: string;
}

/** The provider gave no usable answer; says nothing about the job. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  /** What it asked for; null where it did not. */
  readonly retryAfterMs: number | null;

  /** @param message for people */
  constructor(message: string, retryAfterMs: number | null = null) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

export interface SourceBytes extends SourceImage {
  readonly data: Uint8Array<ArrayBuffer>;
}

export type TakenImage =
  | { readonly kind: 'taken'; readonly image: string }
  | Exclude<Submitted, { readonly kind: 'submitted' }>;

/** JSON by which the provider finds the job again; some need more than an id. */
export type JobReference = unknown;

export type Submitted =
  | { readonly kind: 'submitted'; readonly reference: JobReference; readonly requestId: string }
  /** It will never be taken as it is. */
  | { readonly kind: 'refused'; readonly error: JobError }
  /** It certainly was not taken, and may be later. */
  | { readonly kind: 'not_now'; readonly message: string; readonly retryAfterMs: number | null };

export type JobStatus =
  | { readonly kind: 'queued' }
  /** `progress` from 0 to 1, null where the provider does not tell. */
  | { readonly kind: 'running'; readonly progress: number | null }
  | { readonly kind: 'succeeded'; readonly outputs: readonly JobOutput[] }
  | { readonly kind: 'failed'; readonly error: JobError }
  /** The provider knows no such job. */
  | { readonly kind: 'unknown' };

export interface JobError {
  /** For machines. */
  readonly code: string;
  /** For people. */
  readonly message: string;
  /** Whether the same request may succeed another time. */
  readonly retryable: boolean;
}

export interface JobOutput {
  readonly url: string;
  readonly contentType: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
  readonly thumbhash: string | null;
}

export interface ProviderOutput {
  readonly size: number;
  readonly contentType: string;
  /** Opens it; a part must lie inside. */
  readonly read: (range?: ByteRange) => Bytes;
}
