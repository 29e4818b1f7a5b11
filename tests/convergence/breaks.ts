/** A deliberate break of a rule: exact replacements in the sources, each of which must be found exactly once. */
export interface Break {
  readonly rule: string;
  /** What is broken, as a sentence goes on after “that …”. */
  readonly what: string;
  readonly edits: readonly Edit[];
  /** Kinds of acts without which it hardly shows: they come up often where it is looked for. */
  readonly emphasis?: readonly string[];
  /** The seed to begin with, a little before one that shows it, where that is rare. */
  readonly from?: number;
  /** How many histories are told at most, where the usual number is too many. */
  readonly histories?: number;
}

export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const edit = (file: string, from: string, to: string): Edit => ({ file, from, to });

// What stands behind a rule as a second guard is taken away too, where the rule alone is to be shown.
const NO_MARKS = edit('tests/convergence/sim-server.ts', "if (marks.has(key)) return 'exists';", '');
const NO_LEFT_EPOCHS = edit('server/sync/epoch.ts', 'AND e.value = :said', 'AND e.value = :said AND false');
const NEVER_SILENT = edit(
  'tests/convergence/acts-of-servers.ts',
  "if (world.past === 'taken back') return;",
  "if (world.past === 'taken back' || !announced) return;",
);

/** Without any break: with the second guard alone taken away nothing fails, so that what fails is the break's doing. */
export const CONTROLS: readonly Break[] = [
  {
    rule: 'GEN-2',
    what: 'without marks, and without silent restores',
    edits: [NO_MARKS, NEVER_SILENT],
    emphasis: ['forgotten submission'],
    histories: 300,
  },
];

export const BREAKS: readonly Break[] = [
  {
    rule: 'ID-1',
    what: 'an alias that is not kept',
    edits: [edit('sync/apply.ts', 'await tx.putAlias(from, wire.id);', '')],
  },
  {
    rule: 'ID-1',
    what: 'an alias that loses the edits of its row',
    edits: [
      edit(
        'sync/apply.ts',
        'await tx.videos.putMany([{ ...row, fields: mergeFields(row.fields, mine?.fields ?? {}) }], how.epoch);',
        'await tx.videos.putMany([receiveVideo(canonical, wire, how)], how.epoch);',
      ),
    ],
  },
  {
    rule: 'ID-1',
    what: 'an alias that loses the bytes of its row',
    edits: [edit('sync/apply.ts', 'receiveVideo(canonical ?? mine, wire, how)', 'receiveVideo(canonical, wire, how)')],
  },
  {
    rule: 'ID-1',
    what: 'a request’s identity without its output in the database',
    edits: [edit('server/sync/commit-sql.ts', "AND v.output_index = op.value ->> '$.create.outputIndex'", '')],
  },
  {
    rule: 'ID-1',
    what: 'a request’s identity without its output in one push',
    edits: [edit('server/sync/identity.ts', 'JSON.stringify([provider, requestId, outputIndex])', 'requestId')],
  },
  {
    rule: 'ID-1',
    what: 'outputs of different generations merged in the database',
    edits: [
      edit('server/sync/commit-sql.ts', "OR v.generation_id = op.value ->> '$.create.generationId')", 'OR true)'),
    ],
  },
  {
    rule: 'ID-1',
    what: 'outputs of different generations merged in one push',
    edits: [
      edit(
        'server/sync/identity.ts',
        'return a.generationId === null || b.generationId === null || a.generationId === b.generationId;',
        'return a.generationId !== b || b.generationId !== a;',
      ),
    ],
  },
  {
    rule: 'ID-1',
    what: 'the same video not recognised within one push',
    edits: [edit('server/sync/identity.ts', '      led.set(id, leader.id);\n', '')],
  },
  {
    rule: 'ROW-1',
    what: 'a creation that stamps its fields',
    edits: [
      edit(
        'sync/local-row.ts',
        'return { id, create, copyId: id, ...UNSENT };',
        "return { id, create, copyId: id, ...UNSENT, fields: { title: [create.prompt, nextStamp({ nowMs: create.createdAt, device: v.parse(DeviceIdSchema, '0000000000000001'), last: ZERO_STAMP, seen: ZERO_STAMP })] } };",
      ),
      edit(
        'sync/local-row.ts',
        "import type { Stamp } from './hlc.ts';",
        "import * as v from 'valibot';\nimport { nextStamp, type Stamp, ZERO_STAMP } from './hlc.ts';\nimport { DeviceIdSchema } from './ids.ts';",
      ),
    ],
  },
  {
    rule: 'ROW-2',
    what: 'server fields replaced by the revision alone',
    edits: [
      edit(
        'sync/merge.ts',
        'return held.epoch !== arriving.epoch || arriving.rev >= held.rev;',
        'return arriving.rev >= held.rev;',
      ),
    ],
  },
  {
    rule: 'ROW-2',
    what: 'a new epoch after which nothing is derived again',
    edits: [
      edit('sync/apply.ts', 'if (meta.epoch !== null && meta.epoch !== epoch) await rederiveAll(tx, epoch);', ''),
    ],
  },
  {
    rule: 'ROW-3',
    what: 'a record of the future',
    edits: [edit('server/sync/commit.ts', 'createdAt: Math.min(create.createdAt, now)', 'createdAt: create.createdAt')],
  },
  {
    rule: 'HLC-1',
    what: 'a stamp that is not newer than what it replaces',
    edits: [edit('sync/hlc.ts', '[options.last, options.seen]', '[options.last]')],
    emphasis: ['clocks apart'],
  },
  {
    rule: 'HLC-1',
    what: 'a device that lets the older stamp win',
    edits: [edit('sync/merge.ts', 'return next[1] > current[1];', 'return next[1] < current[1];')],
  },
  {
    rule: 'HLC-2',
    what: 'clock_ahead that is not answered by restamping',
    edits: [edit('sync/apply.ts', 'isAhead ? await restampAhead(tx, reply.serverTime) : 0', '0')],
  },
  {
    rule: 'HLC-2',
    what: 'a restamping that ignores what the server has',
    edits: [edit('sync/restamp.ts', 'row.received?.stamps[name] ?? ZERO_STAMP', 'ZERO_STAMP')],
    emphasis: ['clocks apart'],
    from: 1_070,
  },
  {
    rule: 'HLC-2',
    what: 'a restamping that turns the order round',
    edits: [edit('sync/restamp.ts', '(a.stamp < b.stamp ? -1 : 1)', '(a.stamp < b.stamp ? 1 : -1)')],
  },
  {
    rule: 'HLC-2',
    what: 'a clock that stays ahead',
    edits: [edit('sync/restamp.ts', 'await tx.putMeta({ ...meta, lastStamp: last });', '')],
  },
  {
    rule: 'HLC-2',
    what: 'a server that takes stamps of the future',
    edits: [edit('server/sync/exchange.ts', 'stampTime(stamp) > now + MAX_AHEAD_MS', 'stampTime(stamp) > 2 ** 48')],
  },
  {
    rule: 'HLC-2',
    what: 'a server that rewrites stamps of the future',
    edits: [
      edit('server/sync/exchange.ts', 'stampTime(stamp) > now + MAX_AHEAD_MS', 'stampTime(stamp) > 2 ** 48'),
      edit(
        'server/sync/exchange.ts',
        'return { op: parsed.output };',
        `for (const [name, [value, stamp]] of Object.entries(parsed.output.set)) if (stampTime(stamp) > now + MAX_AHEAD_MS) parsed.output.set[name] = [value, \`\${now.toString(16).padStart(12, '0')}0000\${stamp.slice(16)}\`];\n  return { op: parsed.output };`,
      ),
    ],
  },
  {
    rule: 'PUSH-1',
    what: 'fields that are pending only until they were sent once',
    edits: [edit('sync/save-state.ts', 'stamp > (stamps[name] ?? ZERO_STAMP)', '!(name in stamps)')],
  },
  {
    rule: 'PUSH-2',
    what: 'a new row that is sent without its creation',
    edits: [
      edit('sync/push.ts', 'if (row.received !== null) return { id: row.id, set };', 'return { id: row.id, set };'),
    ],
  },
  {
    rule: 'PUSH-3',
    what: 'an acknowledgement that clears everything',
    edits: [
      edit(
        'sync/merge.ts',
        'const fields = mergeFields(local?.fields ?? {}, wire.fields);',
        'const fields = how.answersPush ? wire.fields : mergeFields(local?.fields ?? {}, wire.fields);',
      ),
    ],
  },
  {
    rule: 'PUSH-4',
    what: 'a poison row that blocks the others',
    edits: [edit('sync/engine.ts', '(await isPoison(deps, push, result.status))', 'false')],
  },
  {
    rule: 'PUSH-5',
    what: 'a body that is refused and not halved',
    edits: [
      edit(
        'sync/engine.ts',
        'if (others.length > 0) return again({ ...plan, rows: Math.floor(push.rows.length / 2) });',
        "if (others.length > 0) return { kind: 'unavailable', retryAfterMs: null };",
      ),
    ],
  },
  {
    rule: 'PUSH-6',
    what: 'every push making a revision',
    edits: [edit('server/sync/commit-sql.ts', "AND (r.id IS NULL OR coalesce(fields.fields, '{}') <> r.fields)", '')],
  },
  {
    rule: 'PUSH-7',
    what: 'the work of one person taken for another’s',
    edits: [
      edit('server/routes/sync.ts', 'if (request.user !== user) throw identityChanged();', ''),
      edit('server/routes/sync.ts', 'await exchange(deps, request)', 'await exchange(deps, { ...request, user })'),
    ],
  },
  {
    rule: 'PULL-1',
    what: 'a page of which a row is not written',
    edits: [
      edit(
        'sync/apply.ts',
        'await receiveVideos(tx, reply.changes.videos, how, verified);',
        'await receiveVideos(tx, reply.more ? reply.changes.videos.slice(1) : reply.changes.videos, how, verified);',
      ),
    ],
  },
  {
    rule: 'PULL-1',
    what: 'a cursor that runs ahead of its page',
    edits: [edit('server/sync/changes.ts', 'rev: Math.max(last, rev) }', 'rev: head.rev }')],
  },
  {
    rule: 'PULL-2',
    what: 'a snapshot whose head moves',
    edits: [
      edit(
        'server/sync/changes.ts',
        "{ kind: 'changes', epoch: from.epoch, rev: from.head }",
        "{ kind: 'changes', epoch: from.epoch, rev: head.rev }",
      ),
    ],
  },
  {
    rule: 'PULL-3',
    what: 'a snapshot without a sweep',
    edits: [edit('sync/apply.ts', 'if (snapshot?.end &&', 'if (snapshot?.end && epoch.length === 0 &&')],
  },
  {
    rule: 'PULL-3',
    what: 'a sweep that removes rows of another epoch',
    edits: [
      edit('sync/apply.ts', 'absent.filter((row) => row.received?.epoch !== snapshot.epoch)', 'absent.slice(0, 0)'),
      edit(
        'sync/apply.ts',
        'absent.filter((row) => row.received?.epoch === snapshot.epoch && row.received.rev <= snapshot.head)',
        'absent',
      ),
    ],
  },
  {
    rule: 'PULL-3',
    what: 'a sweep that drops what was taken out of the trash and is whole here',
    edits: [
      edit(
        'sync/apply.ts',
        'await dropPurged(tx, await sweepTable(tx.videos, snapshot), verified);',
        'await dropPurged(tx, await sweepTable(tx.videos, snapshot), new Set());',
      ),
    ],
  },
  {
    rule: 'PULL-3',
    what: 'a sweep of what came after the snapshot began',
    edits: [edit('sync/apply.ts', ' && row.received.rev <= snapshot.head);', ');')],
  },
  {
    rule: 'PULL-4',
    what: 'a cursor below the floor that reads on',
    edits: [edit('server/sync/changes.ts', 'if (rev < head.floor) return startSnapshot(db, request);', '')],
  },
  {
    rule: 'PULL-4',
    what: 'an unknown row that counts as answered',
    edits: [
      edit(
        'sync/apply.ts',
        "(result.status === 'rejected' && result.code !== 'unknown')",
        "result.status === 'rejected'",
      ),
    ],
    emphasis: ['long absence'],
  },
  {
    rule: 'PULL-4',
    what: 'an unknown row that is deleted',
    edits: [
      edit(
        'sync/apply.ts',
        "if (result.code === 'unknown') unknown = true;",
        "if (result.code === 'unknown') await tx.videos.deleteMany([v.parse(VideoIdSchema, result.id)]);",
      ),
    ],
  },
  {
    rule: 'PULL-4',
    what: 'an unknown row that starts a snapshot again and again',
    edits: [edit('sync/apply.ts', 'cameBack ? !snapshot?.start : unknown && !snapshot && !reply.upgrade', 'unknown')],
  },
  {
    rule: 'PULL-5',
    what: 'a fork that is not looked for',
    edits: [edit('server/sync/epoch.ts', 'if (rows[0]?.known === 1)', 'if (rows.length > 0)')],
  },
  {
    rule: 'PULL-5',
    what: 'an epoch that came back and is taken for the one that was left',
    edits: [edit('sync/apply.ts', 'if (cameBack) await disown(tx, epoch);', '')],
    emphasis: ['there and back'],
  },
  {
    rule: 'PULL-5',
    what: 'a poll that hides a fork behind a newer head',
    edits: [edit('sync/poll.ts', ' || meta.head !== asked || !known', '')],
    emphasis: ['poll', 'backup', 'restore silent', 'generate', 'work'],
    from: 2_360,
  },
  {
    rule: 'PULL-6',
    what: 'a stale reply that is applied',
    edits: [
      edit(
        'sync/apply.ts',
        'if (meta.cursor !== request.cursor || meta.user !== request.user)',
        'if (meta.user !== request.user)',
      ),
    ],
  },
  {
    rule: 'PULL-5',
    what: 'news that hides a fork behind a newer head',
    edits: [
      edit('sync/news.ts', ' || meta.head !== news.from.head', ''),
      edit('server/sync/news.ts', 'if (!known || head.rev', 'if (head.rev'),
    ],
    emphasis: ['put back unseen'],
  },
  {
    rule: 'PULL-6',
    what: 'news that is written from wherever a device stands',
    edits: [
      edit('sync/news.ts', ' || meta.head !== news.from.head', ''),
      edit('sync/news.ts', 'cursor: news.from.cursor, user', 'cursor: meta.cursor, user'),
    ],
    emphasis: ['heard live', 'tell', 'hear'],
  },
  {
    rule: 'PULL-6',
    what: 'news of which a row is missing',
    edits: [
      edit(
        'server/sync/news.ts',
        'changesSince(user, rev, MAX_NEWS_ROWS + 1)',
        'changesSince(user, rev + 1, MAX_NEWS_ROWS + 1)',
      ),
    ],
    emphasis: ['heard live', 'tell'],
  },
  {
    rule: 'PULL-7',
    what: 'members of newer apps that are dropped',
    edits: [
      edit(
        'sync/protocol.ts',
        'v.looseObject({ ...VideoCreateSchema.entries, known',
        'v.object({ ...VideoCreateSchema.entries, known',
      ),
    ],
  },
  {
    rule: 'PULL-7',
    what: 'an old app that keeps the head of a history that is gone',
    edits: [
      edit('sync/apply.ts', 'const isNewer = meta.epoch === reply.epoch &&', 'const isNewer = meta.epoch === epoch &&'),
      NO_LEFT_EPOCHS,
    ],
    emphasis: ['old app', 'backup', 'restore silent', 'poll'],
    from: 5_410,
  },
  {
    rule: 'PULL-7',
    what: 'an old app that compares revisions of two histories',
    edits: [edit('sync/apply.ts', 'isForeign,', 'isForeign: false,')],
    emphasis: ['old app', 'backup', 'restore silent'],
    from: 290,
  },
  {
    rule: 'PURGE-1',
    what: 'a push that brings a tombstone back',
    edits: [
      edit('server/sync/commit-sql.ts', '      AND r.purged_at IS NULL\n', ''),
      edit(
        'server/sync/commit-sql.ts',
        'rev = excluded.rev,\n    fields = excluded.fields,\n    trashed_at',
        'rev = excluded.rev,\n    fields = excluded.fields,\n    purged_at = NULL,\n    trashed_at',
      ),
    ],
  },
  {
    rule: 'PURGE-1',
    what: 'a purge that the server lets be taken back',
    edits: [
      edit('server/sync/commit-sql.ts', "f.key IN ('purgeRequestedAt', 'cancelRequestedAt') AND", "f.key = '' AND"),
    ],
  },
  {
    rule: 'PURGE-1',
    what: 'a purge that a device lets be taken back',
    edits: [edit('sync/merge.ts', 'if (MONOTONE_FIELDS.has(name) &&', "if (name === '' &&")],
  },
  {
    rule: 'PURGE-1',
    what: 'the days of the trash counted by the device’s clock',
    edits: [
      edit(
        'server/sync/commit-sql.ts',
        `WHEN \${isTrashed} THEN :now + \${TRASH_MS} END`,
        `WHEN \${isTrashed} THEN (next.fields ->> '$.deletedAt[0]') + \${TRASH_MS} END`,
      ),
    ],
  },
  {
    rule: 'PURGE-1',
    what: 'a video that was taken out of the trash and is dropped with it',
    edits: [edit('sync/purge.ts', 'verified.has(row.id) && isRestoredHere(row)', 'verified.size < 0')],
  },
  {
    rule: 'GEN-1',
    what: 'a device that waits for the server’s videos',
    edits: [edit('sync/apply.ts', 'if (!how.inSnapshot) await writeCompleted(tx, completed, how.epoch);', '')],
    emphasis: ['poll', 'provider'],
  },
  {
    rule: 'GEN-1',
    what: 'a film that was purged and that a snapshot’s generation brings back',
    edits: [edit('sync/apply.ts', 'if (!how.inSnapshot) await writeCompleted', 'await writeCompleted')],
    emphasis: ['interrupted snapshot', 'long absence', 'two alike'],
    from: 225,
  },
  {
    rule: 'GEN-1',
    what: 'a server that waits for a device’s videos',
    edits: [
      edit(
        'server/generation/generation-job.ts',
        "...(to.kind === 'succeeded' ? insertVideos(job, to, change) : []),",
        '',
      ),
    ],
  },
  {
    rule: 'GEN-2',
    what: 'a create that is taken without an epoch',
    edits: [edit('server/sync/commit.ts', 'push.knowsEpoch || op.create === undefined', 'push.user.length > 0')],
  },
  {
    rule: 'GEN-2',
    what: 'an epoch that is not written down before it is sent',
    edits: [edit('sync/push.ts', '(isNew(row) ? { ...row,', '(isNew(row) && row.id === null ? { ...row,')],
  },
  {
    rule: 'GEN-2',
    what: 'a server that does not look at the epoch of a create',
    edits: [
      NO_MARKS,
      NEVER_SILENT,
      edit('server/sync/commit-sql.ts', `WHEN next.creation ->> '$.sentEpoch' <> \${epochSql} THEN 'held'\n`, ''),
      edit(
        'server/generation/reconcile.ts',
        'if (sentEpoch !== null && sentEpoch !== (await',
        "if (sentEpoch === '' && sentEpoch !== (await",
      ),
    ],
  },
  {
    rule: 'GEN-2',
    what: 'a server that submits what a restore forgot',
    edits: [NO_MARKS],
  },
  {
    rule: 'GEN-2',
    what: 'a start that failed without an answer and is made again',
    edits: [
      edit(
        'server/generation/reconcile.ts',
        "kind: provider.resubmitIsFree ? 'not_taken' : 'unclear'",
        "kind: 'not_taken'",
      ),
    ],
  },
  {
    rule: 'GEN-2',
    what: 'a submission that a kill cut short and that is made again',
    edits: [
      NO_MARKS,
      NEVER_SILENT,
      edit(
        'server/generation/state.ts',
        "return event.resubmitIsFree ? { kind: 'queued', error: null } : held(event.why ?? LOST, state.since);",
        "return { kind: 'queued', error: null };",
      ),
    ],
  },
  {
    rule: 'GEN-3',
    what: 'a generation that is submitted though it came cancelled',
    edits: [
      edit(
        'server/sync/commit-sql.ts',
        "WHEN next.fields ->> '$.cancelRequestedAt[0]' IS NOT NULL THEN 'canceled'\n",
        '',
      ),
      edit('server/generation/reconcile.ts', 'if (job.cancelRequested) {', 'if (job.user.length === 0) {'),
      edit('server/generation/generation-job.ts', '...(isBegun ? [NOT_CANCELED] : []),', ''),
    ],
  },
  {
    rule: 'GEN-3',
    what: 'outputs that lose against a cancel',
    edits: [edit('server/generation/generation-job.ts', "return `status <> 'succeeded'`;", "return 'status = :from';")],
    from: 660,
  },
];
