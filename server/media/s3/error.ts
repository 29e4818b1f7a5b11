/** The store did not do what it was asked; the message is for operators and names no key. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  /** Null where no answer came. */
  readonly status: number | null;
  /** Amazon's, such as `NoSuchKey`; empty where none was given. */
  readonly code: string;

  constructor(options: { readonly status: number | null; readonly code: string; readonly message: string }) {
    super(options.message);
    this.status = options.status;
    this.code = options.code;
  }
}

export function refused(status: number, code: string, message: string): S3Error {
  const words = [`S3 answered ${status}`, code && ` ${code}`, message && `: ${inOneLine(message)}`];
  return new S3Error({ status, code, message: words.join('') });
}

function inOneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim().slice(0, 300);
}

export function noAnswer(message: string): S3Error {
  return new S3Error({ status: null, code: '', message: `S3 gave no answer: ${message}` });
}

/** Whether it may go well a moment later. */
export function isTransient({ status, code }: S3Error): boolean {
  return status === null || status === 429 || (status >= 500 && status !== 501) || PASSING.has(code);
}

/** Whether the store says that it did not even begin. */
export function isTurnedAway({ status, code }: S3Error): boolean {
  return status === 429 || status === 503 || code === 'SlowDown' || code === 'ConditionalRequestConflict';
}

/** Also those that come with another status, or in the body of a 200. */
const PASSING: ReadonlySet<string> = new Set([
  'InternalError',
  'ServiceUnavailable',
  'SlowDown',
  'RequestTimeout',
  'ConditionalRequestConflict',
  'OperationAborted',
]);
