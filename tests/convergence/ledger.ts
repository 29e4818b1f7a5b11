import * as v from 'valibot';
import { stampTime } from '../../sync/hlc.ts';
import { FieldSchema, type Fields, MONOTONE_FIELDS } from '../../sync/records.ts';
import type { Hits } from './hits.ts';
import { type Model, type Thing, wasMade } from './model.ts';
import type { SimServer, TableRow } from './sim-server.ts';

/** A row of the server as it was last seen. */
export interface LedgerRow {
  readonly kind: 'video' | 'generation';
  readonly user: string;
  readonly id: string;
  readonly rev: number;
  readonly creation: string;
  readonly fieldsText: string;
  readonly fields: Fields;
  readonly content: string;
  readonly purgedAt: number | null;
  readonly row: TableRow;
  /** The deletion it is in the trash by, and since when this server knows of it. */
  readonly trash: { readonly stamp: string; readonly since: number } | null;
}

/** Everything the server has, looked at after each step, and what may never happen from one step to the next. */
export interface Ledger {
  readonly observe: (cause: 'push' | 'job' | 'purge') => void;
  readonly rows: () => ReadonlyMap<string, LedgerRow>;
  /** The one row that stands for a thing and is not a tombstone. */
  readonly live: (thing: Thing) => readonly LedgerRow[];
  readonly isTombstone: (thing: Thing) => boolean;
  readonly backup: () => void;
  /** Looks anew after a restore. */
  readonly restore: () => void;
}

const DAY = 24 * 60 * 60_000;
const TRASH_MS = 30 * DAY;
const TOMBSTONE_MS = 90 * DAY;
const AHEAD_MS = 60_000;

export function createLedger(deps: {
  readonly server: SimServer;
  readonly model: Model;
  readonly hits: Hits;
  readonly now: () => number;
  readonly fail: (rule: string, message: string) => void;
  /** Whether some device could still push it as new. */
  readonly isHeldUnacknowledged: (thing: Thing) => boolean;
}): Ledger {
  const { server, model, hits, now, fail, isHeldUnacknowledged } = deps;
  let rows = new Map<string, LedgerRow>();
  let saved = new Map<string, LedgerRow>();
  let savedCollected: ReadonlySet<Thing> = new Set();

  function read(previous: ReadonlyMap<string, LedgerRow>): Map<string, LedgerRow> {
    const next = new Map<string, LedgerRow>();
    for (const row of server.videos()) add('video', row);
    for (const row of server.generations()) add('generation', row);
    return next;

    function add(kind: LedgerRow['kind'], row: TableRow): void {
      const [user, id, fieldsText] = [String(row.user_id), String(row.id), String(row.fields)];
      const key = `${user}/${kind}/${id}`;
      const before = previous.get(key);
      const fields = before?.fieldsText === fieldsText ? before.fields : v.parse(FieldsSchema, JSON.parse(fieldsText));
      const stamp = fields.deletedAt && fields.deletedAt[0] !== null ? fields.deletedAt[1] : null;
      const trash = stamp === null ? null : before?.trash?.stamp === stamp ? before.trash : { stamp, since: now() };
      next.set(key, {
        kind,
        user,
        id,
        rev: Number(row.rev),
        creation: String(row.creation),
        fieldsText,
        fields,
        content: VISIBLE[kind].map((name) => row[name]).join('\n'),
        purgedAt: row.purged_at === null ? null : Number(row.purged_at),
        row,
        trash,
      });
    }
  }

  function compare(row: LedgerRow, before: LedgerRow | undefined, cause: string): void {
    const thing = model.find(row.user, row.id);
    if (!thing) {
      fail('ROW', `the server has a ${row.kind} ${row.id} that nobody made`);
      return;
    }
    if (!before) {
      begin(thing, row, cause);
      return;
    }
    if (before.purgedAt !== null && row.purgedAt === null)
      fail('PURGE-1', `${thing.name} came back from its tombstone`);
    if (row.rev < before.rev) fail('PULL-1', `${thing.name} went back from revision ${before.rev} to ${row.rev}`);
    if (cause === 'push' && row.rev > before.rev && row.content === before.content) {
      fail('PUSH-6', `${thing.name} got revision ${row.rev} for no change`);
    }
    if (row.rev === before.rev && row.content !== before.content) {
      fail('PULL-1', `${thing.name} changed without a revision`);
    }
    if (row.purgedAt !== null) {
      if (before.purgedAt === null) justifyPurge(thing, before);
      return;
    }
    if (row.creation !== before.creation) fail('ROW', `the creation fields of ${thing.name} changed`);
    if (row.fieldsText === before.fieldsText) return;
    for (const [name, [value, stamp]] of Object.entries(before.fields)) {
      const now = row.fields[name];
      const isSetForGood = MONOTONE_FIELDS.has(name) && value === null;
      if (!now || (now[1] < stamp && !isSetForGood)) fail('HLC-1', `${name} of ${thing.name} went back in stamps`);
      if (MONOTONE_FIELDS.has(name) && value !== null && now?.[0] === null) {
        fail('PURGE-1', `${name} of ${thing.name} was undone`);
      }
    }
    checkStamps(thing, row, before.fields);
  }

  function begin(thing: Thing, row: LedgerRow, cause: string): void {
    if (row.purgedAt !== null) return;
    if (Number(row.row.created_at) > now()) fail('ROW-3', `${thing.name} is a record of the future`);
    if (thing.collected) {
      if (!thing.mayReturn) fail('PURGE-1', `${thing.name} came back after its tombstone was collected`);
      thing.collected = false;
    }
    checkStamps(thing, row, {});
    if (cause !== 'push' && row.kind === 'video') hits.rule('GEN-1 server first');
    if (row.creation.includes('"fromTheFuture"')) hits.rule('PULL-7 unknown member');
  }

  function checkStamps(thing: Thing, row: LedgerRow, before: Fields): void {
    for (const [name, field] of Object.entries(row.fields)) {
      if (before[name]?.[1] === field[1]) continue;
      if (!wasMade(thing, name, field)) fail('HLC-2', `nobody made ${name} ${JSON.stringify(field)} of ${thing.name}`);
      if (stampTime(field[1]) > now() + AHEAD_MS) fail('HLC-2', `${name} of ${thing.name} was taken from the future`);
    }
  }

  function justifyPurge(thing: Thing, before: LedgerRow): void {
    const asked = before.fields.purgeRequestedAt;
    if (asked && asked[0] !== null) hits.rule('PURGE-1 on request');
    else if (before.trash && before.trash.since + TRASH_MS <= now()) hits.rule('PURGE-1 after thirty days');
    else fail('PURGE-1', `${thing.name} was purged, and nobody asked for it`);
  }

  function vanish(row: LedgerRow): void {
    const thing = model.find(row.user, row.id);
    if (!thing) return;
    if (row.purgedAt === null || row.purgedAt > now() - TOMBSTONE_MS) {
      fail('PULL-4', `${thing.name} vanished from the server`);
    }
    hits.rule('PULL-4 collected');
    thing.collected = true;
    if (isHeldUnacknowledged(thing)) thing.mayReturn = true;
  }

  function overdue(row: LedgerRow): void {
    const asked = row.fields.purgeRequestedAt;
    const isDue = (asked && asked[0] !== null) || (row.trash && row.trash.since + TRASH_MS <= now());
    if (row.kind === 'video' && row.purgedAt === null && isDue) fail('PURGE-1', `${row.id} is due and was not purged`);
  }

  const rowsOf = (thing: Thing) =>
    [...thing.ids].flatMap((id) => {
      const row = rows.get(`${thing.user}/${thing.kind}/${id}`);
      return row ? [row] : [];
    });

  return {
    rows: () => rows,
    live: (thing) => rowsOf(thing).filter(({ purgedAt }) => purgedAt === null),
    isTombstone: (thing) => rowsOf(thing).some(({ purgedAt }) => purgedAt !== null),
    observe: (cause) => {
      const before = rows;
      rows = read(before);
      for (const [key, row] of rows) {
        const known = before.get(key);
        if (known === undefined || known.content !== row.content || known.rev !== row.rev) compare(row, known, cause);
        if (cause === 'purge') overdue(row);
      }
      for (const [key, row] of before) if (!rows.has(key)) vanish(row);
    },
    backup: () => {
      saved = rows;
      savedCollected = new Set(model.things().filter(({ collected }) => collected));
    },
    restore: () => {
      const before = rows;
      rows = read(saved);
      for (const thing of model.things()) {
        const wasDead = thing.collected || [...before.values()].some((row) => isTombstoneOf(row, thing));
        thing.collected = savedCollected.has(thing);
        const isDead = thing.collected || [...rows.values()].some((row) => isTombstoneOf(row, thing));
        if (wasDead && !isDead) thing.mayReturn = true;
      }
    },
  };
}

function isTombstoneOf(row: LedgerRow, thing: Thing): boolean {
  return row.purgedAt !== null && row.user === thing.user && thing.ids.has(row.id);
}

const FieldsSchema = v.record(v.string(), FieldSchema);

/** What devices are told of a row. */
const VISIBLE = {
  video: [
    'creation',
    'fields',
    'media_state',
    'media_error',
    'bytes',
    'sha256',
    'poster_at',
    'stored_at',
    'width',
    'height',
    'duration_ms',
    'codec',
    'purged_at',
  ],
  generation: [
    'creation',
    'fields',
    'status',
    'error',
    'request_id',
    'outputs',
    'submitted_at',
    'completed_at',
    'deadline',
    'purged_at',
  ],
} as const;
