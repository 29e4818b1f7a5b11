import { generationRow, videoRow } from '../../server/sync/rows.ts';
import type { AnyRow } from '../../sync/local-row.ts';
import { MONOTONE_FIELDS } from '../../sync/records.ts';
import { pendingFields } from '../../sync/save-state.ts';
import type { SimDevice } from '../../sync/simulation/device.ts';
import { requiredEdits, type Thing, wasMade } from './model.ts';
import type { World } from './world.ts';

/** What people made and nothing has taken away is somewhere; looked at before anything is destroyed. */
export function checkPresent(world: World): void {
  for (const thing of world.model.things()) {
    if (!mustExist(world, thing)) continue;
    const places = placesOf(world, thing);
    if (places.length === 0) {
      world.fail('survival', `${thing.name} is nowhere any more`);
      continue;
    }
    for (const field of thing.edits.keys()) {
      const required = requiredEdits(thing, field);
      if (required.length === 0) continue;
      const found = places.flatMap(({ fields }) => fields[field] ?? []);
      const isThere = MONOTONE_FIELDS.has(field)
        ? isSet(places, field) || required.every(({ value }) => value === null)
        : found.length > 0 && newest(stamps(places, field)) >= newest(required.map(({ stamp }) => stamp));
      if (!isThere) world.fail('survival', `${field} of ${thing.name} is nowhere any more`);
    }
  }
}

/** After a disk or a history was destroyed on purpose: what was only there is nobody's fault. */
export function excuse(world: World): void {
  for (const thing of world.model.things()) {
    const places = placesOf(world, thing);
    if (places.length === 0) thing.required = false;
    for (const [field, edits] of thing.edits) {
      const left = new Set(stamps(places, field));
      for (const edit of edits) {
        edit.lost = !left.has(edit.stamp);
        if (!edit.lost) edit.superseded = false;
      }
    }
  }
}

/** Everything that must hold once all have synced to rest. */
export function checkRest(world: World): void {
  for (const thing of world.model.things()) checkThing(world, thing);
  for (const device of world.devices) for (const user of device.users()) checkDevice(world, device, user);
  countAtRest(world);
}

function countAtRest({ ledger, hits }: World): void {
  const rows = [...ledger.rows().values()].filter(({ purgedAt }) => purgedAt === null);
  const urls = rows.flatMap(({ user, kind, row }) =>
    kind === 'video' && row.generation_id !== null ? [`${user} ${row.original_url}`] : [],
  );
  if (new Set(urls).size < urls.length) hits.rule('ID-1 outputs that share a URL stay apart');
  for (const { row, fields } of rows) {
    if (row.status === 'succeeded' && fields.cancelRequestedAt) hits.rule('GEN-3 outputs after a cancel');
  }
}

function mustExist({ ledger }: World, thing: Thing): boolean {
  return thing.required && !thing.collected && !thing.mayReturn && !ledger.isTombstone(thing);
}

function checkThing(world: World, thing: Thing): void {
  const { ledger, fail, server } = world;
  const live = ledger.live(thing);
  if (live.length > 1) fail('ID-1', `${thing.name} stands ${live.length} times on the server`);
  if (live.length > 0 && ledger.isTombstone(thing) && !thing.mayReturn) fail('PURGE-1', `${thing.name} came back`);
  if (mustExist(world, thing) && live.length === 0) fail('survival', `${thing.name} is not on the server`);
  const purge = requiredEdits(thing, 'purgeRequestedAt').some(({ value }) => value !== null);
  if (purge && live.length > 0 && !thing.mayReturn) fail('PURGE-1', `the purge of ${thing.name} was lost`);
  const [row] = live;
  if (!row) return;
  for (const [field, value] of Object.entries(row.fields)) {
    const json = JSON.stringify(value);
    if (!wasMade(thing, field, value)) fail('HLC-1', `${field} of ${thing.name} is ${json}, which nobody set`);
  }
  const creation = creationOf(JSON.parse(row.creation));
  if (thing.creations.size > 0 && !thing.creations.has(creation)) {
    fail('PULL-7', `${thing.name} is kept as ${creation}, which no device created`);
  }
  if (!mustExist(world, thing)) return;
  for (const field of thing.edits.keys()) {
    const required = requiredEdits(thing, field);
    const [value, stamp] = row.fields[field] ?? [null, ''];
    if (MONOTONE_FIELDS.has(field)) {
      if (required.some((edit) => edit.value !== null) && value === null)
        fail('GEN-3', `${field} of ${thing.name} was lost`);
    } else if (required.length > 0 && stamp < newest(required.map((edit) => edit.stamp))) {
      fail('ROW-1', `${field} of ${thing.name} is ${JSON.stringify(value)}, and was set to something else later`);
    }
  }
  if (thing.kind === 'generation' && thing.neverSubmit && [...thing.ids].some((id) => server.provider.jobs.has(id))) {
    fail('GEN-3', `${thing.name} was cancelled before it was sent, and submitted`);
  }
}

function checkDevice(world: World, device: SimDevice, user: string): void {
  const { ledger, fail } = world;
  const owner = device.users().find((one) => one === user);
  if (!owner) return;
  const disk = device.disk(owner);
  const served = [...ledger.rows().values()].filter((row) => row.user === user && row.purgedAt === null);
  const here = new Map<string, AnyRow>([...disk.videos, ...disk.generations]);
  for (const { id, kind, row } of served) {
    const local = here.get(id);
    here.delete(id);
    if (!local) {
      fail('convergence', `${device.name} lacks ${nameOf(world, user, id)}`);
      continue;
    }
    const wire = kind === 'video' ? videoRow(row) : generationRow(row);
    if ('purged' in wire) continue;
    const differs = (what: string, a: unknown, b: unknown) => {
      if (canonical(a) === canonical(b)) return;
      const detail = `${JSON.stringify(a)} there and ${JSON.stringify(b)} on the server`;
      fail('convergence', `${what} of ${nameOf(world, user, id)} differ on ${device.name}: ${detail}`);
    };
    differs('creation fields', local.create, wire.create);
    differs('client fields', local.fields, wire.fields);
    differs('server fields', local.received?.server, wire.server);
    differs('revisions', local.received?.rev, wire.rev);
    if (local.received?.epoch !== world.server.epoch(owner))
      fail('ROW-2', `${nameOf(world, user, id)} is of another epoch on ${device.name}`);
    if (pendingFields(local).length > 0 || local.rejection)
      fail('PUSH-1', `${nameOf(world, user, id)} is still pending on ${device.name}`);
  }
  for (const id of here.keys())
    fail('convergence', `${device.name} has ${nameOf(world, user, id)}, the server has not`);
  for (const row of disk.videos.values()) {
    const expected =
      row.received?.server.mediaState === 'stored'
        ? 'synced'
        : row.received?.server.mediaState === 'failed'
          ? 'failed'
          : 'pending';
    if (row.saveState !== expected || expected === 'pending') {
      fail(
        'save state',
        `${nameOf(world, user, row.id)} rests as ${row.saveState} on ${device.name} (${row.received?.server.mediaState})`,
      );
    }
  }
}

interface Place {
  readonly fields: AnyRow['fields'];
}

function placesOf(world: World, thing: Thing): readonly Place[] {
  return [...world.ledger.live(thing), ...world.localRows(thing)];
}

function stamps(places: readonly Place[], field: string): readonly string[] {
  return places.flatMap(({ fields }) => fields[field]?.[1] ?? []);
}

function isSet(places: readonly Place[], field: string): boolean {
  return places.some(({ fields }) => fields[field] !== undefined && fields[field][0] !== null);
}

function newest(list: readonly string[]): string {
  return [...list].sort().at(-1) ?? '';
}

function nameOf({ model }: World, user: string, id: string): string {
  return `${model.find(user, id)?.name ?? 'something'} (…${id.slice(-12)})`;
}

/** A creation as it is compared: all but its time, which the server may set back. */
export function creationOf(create: Readonly<Record<string, unknown>>): string {
  const { createdAt: _, ...rest } = create;
  return canonical(rest);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
