/** Why this device's storage did not do what it was asked. */
export type StorageReason =
  /** The disk, or this origin's share of it, is full. */
  | 'quota'
  /** The connection was closed or lost, and could not be had again. */
  | 'closed'
  | 'unknown';

/** Storage failed, and not for the first time: the work was tried again on a new connection where that could help. */
export class StorageFailed extends Error {
  override readonly name = 'StorageFailed';
  readonly reason: StorageReason;

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.reason = reasonOf(cause);
  }
}

/** What a browser, or Dexie in its name, says where the connection is gone or going. */
const LOST: ReadonlySet<string> = new Set([
  // A transaction that nobody here aborted: the browser closed the connection under it.
  'AbortError',
  'DatabaseClosedError',
  'InvalidStateError',
  'OpenFailedError',
  'PrematureCommitError',
  'TransactionInactiveError',
]);

/** What says that storage is at fault, not this code. */
const BROKEN: ReadonlySet<string> = new Set([
  ...LOST,
  'QuotaExceededError',
  // WebKit's "Connection to Indexed Database server lost", Chromium's "Internal error".
  'UnknownError',
  'InternalError',
  'TimeoutError',
  'NotReadableError',
  // The database was deleted under an open connection.
  'NotFoundError',
  'NoSuchDatabaseError',
  'MissingAPIError',
  'StorageFailed',
]);

export function isStorageError(error: unknown): boolean {
  return causes(error).some(({ name }) => BROKEN.has(name));
}

/** A transaction that ran out of room may report itself as aborted, with the reason inside. */
export function isQuotaError(error: unknown): boolean {
  return causes(error).some(({ name }) => name === 'QuotaExceededError');
}

function reasonOf(error: unknown): StorageReason {
  if (isQuotaError(error)) return 'quota';
  return causes(error).some(({ name }) => LOST.has(name)) ? 'closed' : 'unknown';
}

/** An error and those it came from; Dexie keeps them under `inner`, and those of a bulk write under `failures`. */
function causes(error: unknown): readonly Error[] {
  const found: Error[] = [];
  const queue: unknown[] = [error];
  for (let next = queue.shift(); next !== undefined && found.length < 10; next = queue.shift()) {
    if (!(next instanceof Error) || found.includes(next)) continue;
    found.push(next);
    if ('inner' in next) queue.push(next.inner);
    if ('failures' in next && Array.isArray(next.failures)) queue.push(next.failures[0]);
    if (next.cause !== undefined) queue.push(next.cause);
  }
  return found;
}
