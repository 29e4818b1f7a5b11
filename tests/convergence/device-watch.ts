import { type Stamp, stampTime } from '../../sync/hlc.ts';
import { successorId, type UserId } from '../../sync/ids.ts';
import type { AnyRow, VideoRow } from '../../sync/local-row.ts';
import { MAX_AHEAD_MS, type SyncRequest } from '../../sync/protocol.ts';
import { isDirty, pendingFields, saveState } from '../../sync/save-state.ts';
import type { EngineCommit } from '../../sync/simulation/device.ts';
import type { Life } from '../../sync/simulation/faulty-store.ts';
import type { Disk } from '../../sync/simulation/memory-store.ts';
import type { Hits } from './hits.ts';
import type { Ledger } from './ledger.ts';
import type { Model, Thing } from './model.ts';

interface Heard {
  /** Where what was heard begins. */
  readonly request: Pick<SyncRequest, 'cursor'>;
  readonly disk: Disk;
  readonly upgrade: boolean;
}

/** Looks at every transaction of the engine on every device. */
export interface DeviceWatch {
  /** A reply reached a process. @param upgrade whether it told an old app nothing but what became of its push */
  readonly landed: (life: Life, heard: Heard) => void;
  readonly committed: (commit: EngineCommit) => void;
  /** Nothing more comes of a process. */
  readonly ended: (life: Life) => void;
}

export function createDeviceWatch(deps: {
  readonly model: Model;
  readonly ledger: Ledger;
  readonly hits: Hits;
  readonly fail: (rule: string, message: string) => void;
  readonly now: () => number;
  readonly note: (text: () => string) => void;
}): DeviceWatch {
  const { model, ledger, hits, fail, now, note } = deps;
  // What was asked, of the replies that a process has not written yet.
  const unwritten = new Map<Life, readonly Heard['request'][]>();
  // Those that hear of a history which they are not told of, where revisions may go back.
  const oldApps = new WeakSet<Life>();

  function checkStale({ device, life, before, after }: EngineCommit): void {
    if (before.meta === after.meta) return;
    const heard = unwritten.get(life) ?? [];
    const match = heard.find(({ cursor }) => cursor === before.meta.cursor);
    if (!match) fail('PULL-6', `a stale reply left a trace on ${device.name}`);
    unwritten.set(
      life,
      heard.filter((one) => one !== match),
    );
  }

  function checkDerived({ device, after }: EngineCommit): void {
    for (const row of after.videos.values()) {
      if (row.saveState === saveState(row, after.meta.epoch) && row.dirty === isDirty(row, after.meta.epoch)) continue;
      fail('save state', `${row.id} on ${device.name} is written as ${row.saveState}, and is not`);
    }
    for (const to of after.aliases.values()) {
      if (after.aliases.has(to)) fail('ID-1', `${to} on ${device.name} is canonical and an alias`);
    }
  }

  function noteNewVideo({ device, user, before }: EngineCommit, row: VideoRow): void {
    if (row.received === null && row.create.generationId !== null) hits.rule('GEN-1 device first');
    if (before.aliases.has(row.id)) return;
    const known = model.find(user, row.id);
    const parent = model.things().find((thing) => thing.user === user && isSuccessor(thing, row.id));
    if (!parent) {
      if (!known) fail('ROW', `${device.name} has a video ${row.id} that nobody made`);
      return;
    }
    if (!known) hits.rule('PURGE-1 created anew');
    // Each device that creates it anew brings its own edits.
    inherit(known ?? model.add({ kind: 'video', user, required: true }, row.id), parent, { row, before });
  }

  function inherit(
    thing: Thing,
    parent: Thing,
    { row, before }: { readonly row: VideoRow; readonly before: Disk },
  ): void {
    for (const [field, edits] of parent.edits) {
      const [value, stamp] = row.fields[field] ?? [];
      const mine = thing.edits.get(field) ?? [];
      if (!stamp || mine.some((edit) => edit.stamp === stamp)) continue;
      // The reply that told of the purge may have corrected the clock as well.
      const stamps = [stamp, ...[...parent.ids].map((id) => before.videos.get(id)?.fields[field]?.[1])];
      const kept = edits.find((edit) => stamps.includes(edit.stamp) && sameJson(edit.value, value));
      if (!kept) continue;
      const earlier = kept.stamp === stamp ? [] : [kept.stamp];
      thing.edits.set(field, [...mine, { ...kept, stamp, earlier, seen: null, superseded: false, lost: false }]);
    }
  }

  function noteReception({ life }: EngineCommit, known: AnyRow | undefined, row: AnyRow): void {
    const [from, to] = [known?.received ?? null, row.received];
    if (row.rejection && !known?.rejection) hits.rule('PUSH-4 rejected');
    if (from && !to) hits.rule('PULL-3 healed');
    if (!from || !to || from === to) return;
    if (from.epoch !== to.epoch) hits.rule('ROW-2 row replaced in a new epoch');
    else if (to.rev < from.rev && !oldApps.has(life)) fail('ROW-2', `${row.id} went back to revision ${to.rev}`);
    if (pendingFields(row).length > 0) hits.rule('PUSH-3 edit in flight outlives the answer');
  }

  /** An edit whose stamp nobody knows had another one on this device a moment ago. */
  function checkRestamps({ device, user, before, after }: EngineCommit): void {
    const fresh = [...changed(before.videos, after.videos), ...changed(before.generations, after.generations)]
      .flatMap((row) => unknownStamps(model, user, row))
      .sort((a, b) => (a.to < b.to ? 1 : -1));
    const pairs = fresh.flatMap(({ thing, name, value, to }) => {
      const rows = thing.kind === 'video' ? before.videos : before.generations;
      // Of several that say the same the latest is meant.
      const candidates = [...thing.ids]
        .flatMap((id) => rows.get(id)?.fields[name]?.[1] ?? [])
        .sort()
        .reverse();
      const from = candidates.find((old) => old.slice(16) === to.slice(16) && isCurrent(thing, name, old, value));
      if (from === undefined) return [];
      hits.rule('HLC-2 restamped');
      const edit = model.restamped(thing, name, from, to);
      if (edit?.seen && edit.seen.stamp >= to && !edit.seen.superseded) {
        fail('HLC-2', `${name} of ${thing.name} is now older than the value it replaced`);
      }
      return [from];
    });
    if (pairs.some((from, index) => index > 0 && from > (pairs[index - 1] ?? ''))) {
      fail('HLC-2', `edits of ${device.name} changed their order`);
    }
    if (pairs.length > 0 && stampTime(after.meta.lastStamp) > now() + MAX_AHEAD_MS) {
      fail('HLC-2', `the clock of ${device.name} stays ahead`);
    }
  }

  function checkGone({ device, user, before, after }: EngineCommit, row: VideoRow): void {
    const thing = model.find(user, row.id);
    if (!thing) return;
    if (thing.collected) hits.rule('PULL-3 swept');
    const to = [...thing.ids].find((id) => after.videos.has(id));
    note(() => `  ${device.name}: ${thing.name} goes${to ? ', and stands under another id' : ''}`);
    if (to) {
      if (ledger.isTombstone(thing) || thing.collected || thing.mayReturn) return;
      if (!thing.ids.has(after.aliases.get(row.id) ?? '')) fail('ID-1', `${device.name} forgot what ${row.id} is`);
      const copy = after.videos.get(to)?.copyId;
      const hadCopy = [...thing.ids].some((id) => before.videos.get(id)?.copyId === copy);
      if (!before.videos.has(to) && !hadCopy) fail('ID-1', `${device.name} lost the bytes of ${thing.name}`);
      return;
    }
    if (ledger.live(thing).length > 0 && !thing.mayReturn)
      fail('PULL-3', `${device.name} dropped ${thing.name}, which the server has`);
    const isRestored = row.fields.deletedAt?.[0] === null && pendingFields(row).includes('deletedAt');
    if (isRestored && device.store(user).hasBytes(row.copyId) && !after.videos.has(successorId(row.id))) {
      fail('PURGE-1', `${device.name} dropped ${thing.name}, which was taken out of the trash and is whole here`);
    }
  }

  return {
    landed: (life, { request, disk, upgrade }) => {
      if (upgrade) oldApps.add(life);
      const before = unwritten.get(life) ?? [];
      unwritten.set(life, [...before, request]);
      // Of pages read ahead the earlier one is still to be written.
      if (before.length === 0 && disk.meta.cursor !== request.cursor) hits.rule('PULL-6 stale reply');
    },
    ended: (life) => void unwritten.delete(life),
    committed: (commit) => {
      const { before, after } = commit;
      checkStale(commit);
      checkDerived(commit);
      for (const row of changed(before.videos, after.videos)) {
        if (!before.videos.has(row.id)) noteNewVideo(commit, row);
        noteReception(commit, before.videos.get(row.id), row);
      }
      for (const row of changed(before.generations, after.generations)) {
        noteReception(commit, before.generations.get(row.id), row);
      }
      checkRestamps(commit);
      for (const [id, row] of before.videos) if (!after.videos.has(id)) checkGone(commit, row);
    },
  };
}

function changed<Row>(before: ReadonlyMap<string, Row>, after: ReadonlyMap<string, Row>): readonly Row[] {
  return [...after].flatMap(([id, row]) => (before.get(id) === row ? [] : [row]));
}

function unknownStamps(model: Model, user: UserId, row: AnyRow) {
  const thing = model.find(user, row.id);
  return Object.entries(row.fields).flatMap(([name, [value, to]]) => {
    if (!thing) return [];
    const isKnown = thing.edits.get(name)?.some(({ stamp, earlier }) => stamp === to || earlier.includes(to));
    return isKnown ? [] : [{ thing, name, value, to }];
  });
}

function isCurrent(thing: Thing, field: string, stamp: Stamp, value: unknown): boolean {
  const json = JSON.stringify(value);
  return (thing.edits.get(field) ?? []).some((edit) => edit.stamp === stamp && JSON.stringify(edit.value) === json);
}

function isSuccessor(thing: Thing, next: string): boolean {
  const end = Number.parseInt(next.slice(-12), 16);
  return [...thing.ids].some(
    (id) => id.slice(0, -12) === next.slice(0, -12) && (Number.parseInt(id.slice(-12), 16) + 1) % 2 ** 48 === end,
  );
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
