import type { EventRecord, UserDatabase } from './database.ts';

/**
 * What can stand in the log: ids, codes, counts, milliseconds and states. Never a prompt, a title,
 * a token or a URL: the log is copied into bug reports.
 */
export type LoggedEvent =
  /** One request to the server and what came of it; `snapshot` is set on the pages of one. */
  | Entry<
      'exchange',
      {
        readonly outcome: 'ok' | 'unavailable' | 'unauthorized' | 'identity_changed';
        readonly status?: number | null;
        readonly pushed?: number;
        readonly pulled?: number;
        readonly ms?: number;
        readonly snapshot?: 'start' | 'page' | 'end' | 'whole';
      }
    >
  /** The server told of so many rows by itself. */
  | Entry<'news', { readonly pulled: number }>
  /** The server took a request of so many rows for impossible; the engine halves it. */
  | Entry<'refused', { readonly status: number; readonly rows: number }>
  /** Rows of one exchange that the server did not take for the same reason; `id` is the first one's. */
  | Entry<'rejected', { readonly row: string; readonly id: string; readonly code: string; readonly rows: number }>
  /** Rows that the server takes in another form, or later. */
  | Entry<'retry', { readonly code: string; readonly rows: number }>
  /** The app is too old to read what the server has. */
  | Entry<'upgrade', Readonly<Record<string, never>>>
  | Entry<'storage', { readonly what: 'failed' | 'closed' | 'reopened'; readonly error?: string }>
  | Entry<'schema', { readonly from: number; readonly to: number }>
  | Entry<'lock', { readonly what: 'busy' | 'stolen' | 'lost' }>
  | Entry<'trigger', { readonly what: 'start' | 'online' | 'offline' | 'visible' | 'poke' | 'signed_out' }>
  | Entry<'live', { readonly state: string }>
  /** Something has been pending for so long that more is wrong than a bad connection. */
  | Entry<'watchdog', { readonly pending: number; readonly oldestMs: number }>
  | Entry<'worker_begin', { readonly event: string }>
  | Entry<'worker_end', { readonly event: string; readonly left: string; readonly ms: number }>;

interface Entry<Kind extends string, Details> {
  readonly kind: Kind;
  readonly details: Details;
}

/** Writes a line into this device's log, some time soon. */
export type Log = (event: LoggedEvent) => void;

/** Lines that are kept; older ones go. */
export const KEPT = 200;

/** How far back a line is looked for that a new event can join. */
const REACH = 12;
/** Events that moved rows join a line only while it is this young, so that there is a when to what moved. */
const WINDOW_MS = 10 * 60_000;
/** What adds up when events share a line. */
const SUMMED: ReadonlySet<string> = new Set(['pushed', 'pulled', 'ms']);
/** What may differ in a shared line, which then has the last of it. All else has to be equal. */
const LATEST: ReadonlySet<string> = new Set(['pending', 'oldestMs']);
/** What makes an event worth a line of its own after a while. */
const MOVED = ['pushed', 'pulled'];
/** Of these only the last one can be joined: what came after what is what they tell. */
const ORDERED: ReadonlySet<string> = new Set(['exchange', 'storage']);
/** Codes, ids and states look like this; sentences and addresses do not. */
const CODE = /^[\w.:+-]{0,64}$/;

/** @param by the context that the lines are written in */
export function createLog(db: UserDatabase, by: EventRecord['by']): Log {
  return (event) => void logEvent(db, { by, ...event });
}

/**
 * Adds an event to the log, and keeps the last `KEPT` lines. An event like one of a few lines before
 * joins its line, so that a night without a network is one line.
 * Never rejects: a log that cannot be written must not break what it tells of.
 */
export async function logEvent(
  db: UserDatabase,
  event: LoggedEvent & { readonly by: EventRecord['by'] },
): Promise<void> {
  const at = Date.now();
  const line: EventRecord = { at, firstAt: at, count: 1, by: event.by, kind: event.kind, details: safe(event.details) };
  try {
    // A transaction of its own, whoever calls: it must neither lengthen nor abort theirs.
    await db.transaction('rw!', db.events, async (transaction) => {
      const events: UserDatabase['events'] = transaction.table('events');
      const recent = await events.orderBy(':id').reverse().limit(REACH).toArray();
      const alike = recent.filter(({ by, kind }) => by === line.by && kind === line.kind);
      const last = (ORDERED.has(line.kind) ? alike.slice(0, 1) : alike).find((earlier) => isSame(earlier, line));
      if (last?.seq !== undefined) await events.delete(last.seq);
      await events.add(last ? joined(last, line) : line);
      const surplus = (await events.count()) - KEPT;
      if (surplus > 0) await events.bulkDelete(await events.orderBy(':id').limit(surplus).primaryKeys());
    });
  } catch {
    // Full, closed or lost: the next event tries again.
  }
}

/** The log, newest first. */
export function readLog(db: UserDatabase): Promise<EventRecord[]> {
  return db.events.orderBy(':id').reverse().toArray();
}

/** Whether two events can share a line. */
function isSame(last: EventRecord, next: EventRecord): boolean {
  const names = [...Object.keys(last.details), ...Object.keys(next.details)];
  const moved = MOVED.some((name) => Number(next.details[name] ?? 0) > 0);
  return (
    names.every((name) => SUMMED.has(name) || LATEST.has(name) || last.details[name] === next.details[name]) &&
    !(moved && next.at - last.firstAt > WINDOW_MS)
  );
}

function joined(last: EventRecord, next: EventRecord): EventRecord {
  const sums = Object.keys({ ...last.details, ...next.details })
    .filter((name) => SUMMED.has(name))
    .map((name) => [name, Number(last.details[name] ?? 0) + Number(next.details[name] ?? 0)] as const);
  return {
    ...next,
    firstAt: last.firstAt,
    count: last.count + 1,
    details: { ...next.details, ...Object.fromEntries(sums) },
  };
}

function safe(details: EventRecord['details']): EventRecord['details'] {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value !== 'string' || CODE.test(value) ? value : '(left out)',
    ]),
  );
}
