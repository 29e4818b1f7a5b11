import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** One offending member of a request. */
export interface ErrorDetail {
  /** Dotted path into the body or the query. */
  readonly path: string;
  readonly message: string;
}

/** A request that cannot be served as it is; the app's one handler makes the envelope of it. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: ContentfulStatusCode;
  /** For machines; stable. */
  readonly code: string;
  readonly details: readonly ErrorDetail[] | undefined;

  /** @param options.message for people, in the reply's `error` */
  constructor(options: {
    readonly status: ContentfulStatusCode;
    readonly code: string;
    readonly message: string;
    readonly details?: readonly ErrorDetail[];
  }) {
    super(options.message);
    this.status = options.status;
    this.code = options.code;
    this.details = options.details;
  }
}

/** The body of every reply that is not a success. */
export interface ErrorEnvelope {
  readonly success: false;
  readonly error: string;
  readonly code: string;
  readonly details?: readonly ErrorDetail[];
}

export function envelope({ message, code, details }: HttpError): ErrorEnvelope {
  return { success: false, error: message, code, ...(details && { details }) };
}

export function unauthorized(): HttpError {
  return new HttpError({ status: 401, code: 'unauthorized', message: 'Unauthorized' });
}

/** The device speaks for another person than the one whose session it sends. [PUSH-7] */
export function identityChanged(): HttpError {
  return new HttpError({ status: 403, code: 'identity_changed', message: 'Another person is signed in here' });
}

/** Also the answer for what exists but is another user's. */
export function notFound(what: string): HttpError {
  return new HttpError({ status: 404, code: 'not_found', message: `${what} not found` });
}

/** What an exception says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
