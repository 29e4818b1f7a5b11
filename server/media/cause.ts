/** Why a request failed, in words: runtimes hide it in the cause. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'The request failed';
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
