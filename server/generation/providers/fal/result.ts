import type { JobStatus } from '../../provider.ts';
import { EXPIRED, failure, wordsOf } from '../answers.ts';
import { outputsIn } from '../job-outputs.ts';

/** What a finished request came to: only here does it show that it failed. */
export function resultStatus(httpStatus: number, body: unknown): JobStatus {
  const outputs = outputsIn(body);
  if (outputs.length > 0) return { kind: 'succeeded', outputs };
  if (httpStatus === 404 || httpStatus === 410) return { kind: 'failed', error: EXPIRED };
  const failed = failure(
    wordsOf(body) ?? (httpStatus < 300 ? 'fal says that it is done, and has no video' : null),
    kindOf(body),
  );
  // The same words fail the same way again.
  const isTheirs = httpStatus === 400 || httpStatus === 422;
  if (!isTheirs || failed.error.code === 'moderated') return failed;
  return { kind: 'failed', error: { code: 'invalid', message: failed.error.message, retryable: false } };
}

/** fal's own name for what went wrong, such as `content_policy_violation`. */
function kindOf(body: unknown): string {
  if (Array.isArray(body)) return body.map(kindOf).join(' ');
  if (typeof body !== 'object' || body === null) return '';
  const read = (name: string): unknown => Reflect.get(body, name);
  return (
    [read('type'), read('error_type')].filter((word) => typeof word === 'string').join(' ') + kindOf(read('detail'))
  );
}
