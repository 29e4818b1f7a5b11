import * as v from 'valibot';
import type { SyncReply, SyncRequest } from '../../sync/protocol.ts';
import { type Flight, readReply } from '../../sync/simulation/network.ts';
import type { Hits } from './hits.ts';
import type { Ledger } from './ledger.ts';
import type { Model } from './model.ts';

/** Counts what an exchange exercised, and checks what only both of its sides together tell. */
export function hearExchange(
  deps: {
    readonly model: Model;
    readonly ledger: Ledger;
    readonly hits: Hits;
    readonly fail: (rule: string, message: string) => void;
  },
  { request, answer }: Flight,
  before: { readonly epoch: string; readonly isUnchanged: boolean },
): void {
  const { rule, fault } = deps.hits;
  if (answer?.status === 403) {
    fault('session of another person');
    rule('PUSH-7 identity_changed');
    return;
  }
  if (answer?.status !== 200) return;
  const reply = v.parse(ReplySchema, readReply(answer, request));
  countPush(deps, request);
  countResults(deps, request, reply);
  const { results, snapshot, more, epoch, upgrade } = reply;
  const ops = request.push.videos.length + request.push.generations.length;
  if (ops > 0 && before.isUnchanged && results.every(({ status }) => status === 'ok'))
    rule('PUSH-6 push that changes nothing');
  if (upgrade) rule('PULL-7 upgrade');
  if (more && snapshot && !snapshot.end) rule('PULL-2 snapshot in pages');
  if (more && !snapshot) rule('PULL-1 changes in pages');
  if (before.epoch !== epoch) rule('PULL-5 fork found');
  if (snapshot?.start && epochOf(request) === epoch) rule('PULL-4 cursor below the floor');
  if (epochOf(request) === epoch) return;
  for (const { id, ...op } of request.push.generations) {
    const isTaken = results.some((result) => result.id === id && result.status === 'ok');
    if ('create' in op && isTaken) deps.fail('GEN-2', `${id} was created by a device that does not know the epoch`);
  }
}

/** The epoch of its cursor, which only a server writes and reads. */
function epochOf({ cursor }: SyncRequest): string | undefined {
  return cursor?.split('.')[1];
}

function countPush({ hits: { rule } }: { readonly hits: Hits }, { push }: SyncRequest): void {
  for (const op of [...push.videos, ...push.generations]) {
    rule('create' in op ? 'PUSH-2 create' : 'PUSH-1 pending fields alone');
  }
  for (const op of push.generations) {
    const { create, set } = v.parse(SentSchema, op);
    if (create && set.cancelRequestedAt) rule('GEN-3 created and canceled at once');
    const status = create?.known?.status;
    if (status === 'succeeded' || status === 'failed' || status === 'canceled') rule('GEN-2 ended before the restore');
  }
}

function countResults(
  { model, ledger, hits: { rule } }: { readonly model: Model; readonly ledger: Ledger; readonly hits: Hits },
  { user, push }: SyncRequest,
  { results }: SyncReply,
): void {
  const ops = new Map([...push.videos, ...push.generations].map((op) => [op.id, v.parse(SentSchema, op)]));
  let aliases = 0;
  for (const result of results) {
    if (result.status !== 'ok') {
      if (result.code === 'clock_ahead') rule('HLC-2 clock_ahead');
      if (result.code === 'epoch') rule('GEN-2 retry epoch');
      if (result.code === 'unknown') rule('PULL-4 unknown');
      if (result.code !== 'purged') continue;
      rule('PURGE-1 push to a tombstone');
      if (!ledger.rows().has(`${user}/video/${result.id}`)) rule('ID-1 match with a tombstone');
      continue;
    }
    if ('alias' in result && result.alias) aliases += 1;
    if ('purged' in result.row) continue;
    const op = ops.get(result.id);
    const isPlain = op?.create !== undefined && Object.keys(op.set).length === 0;
    if (isPlain && Object.keys(result.row.fields).length > 0) rule('ROW-1 create meets a person’s edit');
    if (result.kind === 'generation' && result.row.server.status === 'held') rule('GEN-2 held');
  }
  for (let alias = 0; alias < aliases; alias++) rule('ID-1 alias in a result');
  const things = push.videos.map(({ id }) => model.find(user, id));
  if (aliases > 0 && new Set(things).size < things.length) rule('ID-1 same video twice in one push');
}

// What it says is checked where the device takes it.
const ReplySchema = v.custom<SyncReply>((reply) => typeof reply === 'object' && reply !== null);
const SentSchema = v.looseObject({
  create: v.optional(v.looseObject({ known: v.optional(v.looseObject({ status: v.optional(v.string()) })) })),
  set: v.record(v.string(), v.unknown()),
});
