import { epochSql } from './epoch.ts';
import { TRASH_MS } from './purge.ts';
import { wireColumns } from './rows.ts';

/**
 * The statements of a commit. All of them read the same JSON array `:ops` of
 * `{id, leader, create, known, set}` and the names `:user`, `:now`; none holds more than one row of
 * JavaScript, so a push of any size is the same few statements. [PUSH-6]
 */

const sameVideo = `
  (v.generation_id IS NULL OR op.value ->> '$.create.generationId' IS NULL
    OR v.generation_id = op.value ->> '$.create.generationId')`;

/**
 * The video that the server already has for an op, by request and then by URL. [ID-1] The plus keeps
 * SQLite from walking the library in the order of creation instead of looking the URL up.
 */
const known = `coalesce(
  (SELECT v.id FROM video v
    WHERE v.user_id = :user
      AND v.request_id = op.value ->> '$.create.requestId'
      AND v.provider = op.value ->> '$.create.provider'
      AND v.output_index = op.value ->> '$.create.outputIndex'
      AND ${sameVideo}
    LIMIT 1),
  (SELECT v.id FROM video v
    WHERE v.user_id = :user
      AND v.original_url = op.value ->> '$.create.originalUrl'
      AND (v.request_id IS NULL OR op.value ->> '$.create.requestId' IS NULL)
      AND ${sameVideo}
    ORDER BY +v.created_at, v.id
    LIMIT 1))`;

const insertAlias = (target: string, which: string) => `
  INSERT INTO video_alias (user_id, alias_id, id)
  SELECT :user, op.value ->> 'id', ${target} AS target
  FROM json_each(:ops) op
  WHERE op.value ->> 'create' IS NOT NULL
    AND ${which}
    AND NOT EXISTS (SELECT 1 FROM video v WHERE v.user_id = :user AND v.id = op.value ->> 'id')
    AND target IS NOT NULL AND target <> op.value ->> 'id'
  ON CONFLICT DO NOTHING`;

/** Names the known video of each new op; those that follow another op of the push go where that one went. */
export const resolveAliases: readonly string[] = [
  insertAlias(known, `op.value ->> 'leader' IS NULL`),
  insertAlias(
    `coalesce(
      ${known},
      (SELECT a.id FROM video_alias a WHERE a.user_id = :user AND a.alias_id = op.value ->> 'leader'),
      op.value ->> 'leader')`,
    `op.value ->> 'leader' IS NOT NULL`,
  ),
];

/** Orders the values of one field: a monotone one that is set, then the stamp, then the value as JSON. [HLC-1] */
const rank = `
  (f.key IN ('purgeRequestedAt', 'cancelRequestedAt') AND f.value ->> '$[0]' IS NOT NULL)
    || (f.value ->> '$[1]') || (f.value -> '$[0]')`;

/** The ops with what each finds, and their fields merged with it by the newer stamp. */
const merged = (table: 'video' | 'generation', target: string) => `
  WITH op AS MATERIALIZED (
    SELECT o.key AS ord, ${target} AS id, o.value -> 'create' AS creation, o.value -> 'known' AS known,
      o.value -> 'set' AS fields
    FROM json_each(:ops) o
  ),
  target AS (
    SELECT op.id, min(op.ord) AS ord, nullif(op.creation, 'null') AS creation, op.known FROM op GROUP BY op.id
  ),
  field AS (
    SELECT op.id, f.key AS name, f.value AS field, ${rank} AS rank FROM op, json_each(op.fields) f
    UNION ALL
    SELECT r.id, f.key, f.value, ${rank}
    FROM target JOIN ${table} r ON r.user_id = :user AND r.id = target.id, json_each(r.fields) f
  ),
  winner AS (SELECT id, name, field, max(rank) FROM field GROUP BY id, name),
  fields AS (
    SELECT id, json_group_object(name, json(field)) AS fields
    FROM (SELECT * FROM winner ORDER BY id, name)
    GROUP BY id
  ),
  next AS (
    SELECT target.id, target.ord, coalesce(r.creation, target.creation) AS creation, target.known,
      coalesce(fields.fields, '{}') AS fields, r.id IS NULL AS fresh
    FROM target
    LEFT JOIN fields ON fields.id = target.id
    LEFT JOIN ${table} r ON r.user_id = :user AND r.id = target.id
    WHERE coalesce(r.creation, target.creation) IS NOT NULL
      AND r.purged_at IS NULL
      AND (r.id IS NULL OR coalesce(fields.fields, '{}') <> r.fields)
  )`;

const nextRevs = `
  coalesce((SELECT rev FROM user_head WHERE user_id = :user), 0) + row_number() OVER (ORDER BY next.ord)`;

const aliased = `coalesce(
  (SELECT a.id FROM video_alias a WHERE a.user_id = :user AND a.alias_id = o.value ->> 'id'), o.value ->> 'id')`;

const isTrashed = `next.fields ->> '$.deletedAt[0]' IS NOT NULL`;
const sameDeletion = `excluded.fields ->> '$.deletedAt[1]' IS video.fields ->> '$.deletedAt[1]'`;

/**
 * Writes only rows that change, so that a push repeated bumps nothing. [PUSH-6]
 * A row that a restored server lost is looked for in the blob store before anything is fetched. The
 * days of the trash count from when this server heard of that deletion. [PURGE-1]
 */
export const upsertVideos = `
  INSERT INTO video (user_id, id, rev, creation, fields, media_state, trashed_at, purge_at, updated_at)
  ${merged('video', aliased)}
  SELECT :user, next.id, ${nextRevs}, next.creation, next.fields,
    CASE WHEN coalesce(next.creation ->> '$.originalUrl', next.known ->> '$.sha256') IS NULL THEN 'none' ELSE 'storing' END,
    CASE WHEN ${isTrashed} THEN :now END,
    CASE WHEN next.fields ->> '$.purgeRequestedAt[0]' IS NOT NULL THEN :now
      WHEN ${isTrashed} THEN :now + ${TRASH_MS} END,
    :now
  FROM next
  WHERE true
  ON CONFLICT (user_id, id) DO UPDATE SET
    rev = excluded.rev,
    fields = excluded.fields,
    trashed_at = CASE WHEN excluded.trashed_at IS NOT NULL AND ${sameDeletion}
      THEN coalesce(video.trashed_at, excluded.trashed_at) ELSE excluded.trashed_at END,
    purge_at = CASE WHEN excluded.purge_at IS NOT NULL AND ${sameDeletion}
      THEN min(coalesce(video.purge_at, excluded.purge_at), excluded.purge_at) ELSE excluded.purge_at END,
    updated_at = excluded.updated_at`;

/** After a push of so many rows the next ones follow; to fetch meanwhile would only hold them up. */
const BIG_PUSH = 100;
const AFTER_BIG_PUSH_MS = 1_000;

/**
 * A video that is being stored has a job, from the commit that made it so, but for one that a device
 * uploads. CROSS JOIN holds SQLite to this order: the other one reads the whole library for each op.
 */
export const insertIngestJobs = `
  INSERT INTO ingest_job (user_id, video_id, next_at)
  SELECT v.user_id, v.id, :now + CASE WHEN json_array_length(:ops) < ${BIG_PUSH} THEN 0 ELSE ${AFTER_BIG_PUSH_MS} END
  FROM json_each(:ops) o CROSS JOIN video v ON v.user_id = :user AND v.id = o.value ->> 'id'
  WHERE v.media_state = 'storing' AND v.purged_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM upload u
    WHERE u.user_id = v.user_id AND u.video_id = v.id AND u.state IN ('receiving', 'whole'))
  ON CONFLICT DO NOTHING`;

const isOver = `next.known ->> '$.status' IN ('succeeded', 'failed', 'canceled')`;

/** Whether the picture that it names is still to come. What names it in another way the provider refuses. */
const lacksSource = `(
  next.creation ->> '$.params.sourceImage.id' IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM source s
    WHERE s.user_id = :user AND s.id = next.creation ->> '$.params.sourceImage.id'
      AND s.sha256 = next.creation ->> '$.params.sourceImage.sha256'))`;

/**
 * A generation that comes with its own cancellation is never submitted. [GEN-3] One that a restored
 * server lost after it ended, as the device knows, has ended; its outputs are not taken on trust. One
 * sent in another epoch may already have been submitted: it is held. [GEN-2]
 */
const firstStatus = `
  CASE
    WHEN ${isOver} THEN next.known ->> '$.status'
    WHEN next.fields ->> '$.cancelRequestedAt[0]' IS NOT NULL THEN 'canceled'
    WHEN next.creation ->> '$.sentEpoch' <> ${epochSql} THEN 'held'
    WHEN ${lacksSource} THEN 'waiting_source'
    ELSE 'queued'
  END`;

export const upsertGenerations = `
  INSERT INTO generation (user_id, id, rev, creation, fields, status, error, request_id, submitted_at, completed_at, next_at, updated_at)
  ${merged('generation', `o.value ->> 'id'`)}
  SELECT :user, next.id, ${nextRevs}, next.creation, next.fields, ${firstStatus},
    CASE WHEN ${isOver} THEN nullif(next.known -> '$.error', 'null') END,
    CASE WHEN ${isOver} THEN next.known ->> '$.requestId' END,
    CASE WHEN ${isOver} THEN next.known ->> '$.submittedAt' END,
    CASE WHEN ${isOver} THEN next.known ->> '$.completedAt' END,
    CASE WHEN ${firstStatus} IN ('queued', 'waiting_source', 'held') THEN :now END, :now
  FROM next
  WHERE true
  ON CONFLICT (user_id, id) DO UPDATE SET
    rev = excluded.rev,
    fields = excluded.fields,
    next_at = CASE WHEN generation.next_at IS NULL THEN NULL ELSE :now END,
    updated_at = excluded.updated_at`;

/** What each op came to: the pushed id beside the row it stands for, which may be missing. */
export const selectVideos = `
  SELECT o.value ->> 'id' AS pushed_id, ${wireColumns('video', 'v')}
  FROM json_each(:ops) o LEFT JOIN video v ON v.user_id = :user AND v.id = ${aliased}
  ORDER BY o.key`;

export const selectGenerations = `
  SELECT o.value ->> 'id' AS pushed_id, ${wireColumns('generation', 'g')}
  FROM json_each(:ops) o LEFT JOIN generation g ON g.user_id = :user AND g.id = o.value ->> 'id'
  ORDER BY o.key`;
