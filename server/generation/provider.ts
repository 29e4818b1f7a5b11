import type { ByteRange, Bytes } from '../media/blob-store/blob-store.ts';

/** Where videos come from: a service that is paid, or the built-in renderer. */
export interface VideoProvider {
  /** As it stands in the rows. */
  readonly name: string;
  readonly models: readonly ModelCapabilities[];
  /** Whether the same submission may be sent twice: nothing is charged and nothing is made twice. */
  readonly resubmitIsFree: boolean;
  readonly pollEveryMs: number;
  /** How long a submitted job is waited for. */
  readonly deadlineMs: number;
  /** Starts a job. Rejects only where nobody can say whether it was started. */
  readonly submit: (submission: Submission) => Promise<Submitted>;
  /** Rejects where the provider gave no usable answer, which says nothing about the job. */
  readonly status: (reference: JobReference) => Promise<JobStatus>;
  /** Best effort; the job may go on. */
  readonly cancel: (reference: JobReference) => Promise<void>;
  /** An output under a URL that is not http(s), which only this provider can read; null where it is gone. */
  readonly openOutput: (url: string) => Promise<ProviderOutput | null>;
  /** The WebP poster that came with such an output; null without one. */
  readonly poster: (url: string) => Promise<Uint8Array<ArrayBuffer> | null>;
}

/** What a model takes; the first of each list is the default. */
export interface ModelCapabilities {
  readonly id: string;
  readonly label: string;
  readonly aspectRatios: readonly string[];
  /** Seconds. */
  readonly durations: readonly number[];
  readonly resolutions: readonly string[];
  readonly seed: boolean;
  readonly negativePrompt: boolean;
  readonly sourceImage: boolean;
}

export interface Submission {
  /** The generation's id, which another user may have given to one of theirs. */
  readonly id: string;
  /** A UUID that only this user's generation has, each time it is submitted. */
  readonly key: string;
  readonly prompt: string;
  readonly model: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** JSON by which the provider finds the job again; some need more than an id. */
export type JobReference = unknown;

export type Submitted =
  | { readonly kind: 'submitted'; readonly reference: JobReference; readonly requestId: string }
  /** It will never be taken as it is. */
  | { readonly kind: 'refused'; readonly error: JobError }
  /** It certainly was not taken, and may be later. */
  | { readonly kind: 'not_now'; readonly message: string };

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
