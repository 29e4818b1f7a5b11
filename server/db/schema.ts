import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * `epoch`: of this history; blank in a backup, so that a restored server mints a new one. [PULL-5]
 * `vapid`: the public key that browsers know its servers by.
 */
export const meta = sqliteTable('meta', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
});

/** The newest revision of each user, with a nonce drawn at the commit that made it. [PULL-5] */
export const userHead = sqliteTable('user_head', {
  userId: text('user_id').primaryKey(),
  rev: integer('rev').notNull(),
  nonce: text('nonce').notNull(),
  /** The epoch of this person's history where a fork was found in it; null for the database's own. */
  epoch: text('epoch'),
  /** JSON array of the epochs that this history is not, newest first: a device of one of them is no news. [PULL-5] */
  leftEpochs: text('left_epochs').notNull().default('[]'),
  /** The highest revision whose tombstone was collected. [PULL-4] */
  floor: integer('floor').notNull().default(0),
});

/** The heads that devices were told: what comes with another one comes from another history. [PULL-5] */
export const headHistory = sqliteTable(
  'head_history',
  {
    userId: text('user_id').notNull(),
    rev: integer('rev').notNull(),
    nonce: text('nonce').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.rev] })],
);

/**
 * `creation` and `fields` hold the record as devices wrote it, members of newer apps included
 * [PULL-7]; what the server looks up is derived from them in virtual columns, so it cannot disagree.
 */
export const video = sqliteTable(
  'video',
  {
    userId: text('user_id').notNull(),
    id: text('id').notNull(),
    rev: integer('rev').notNull(),
    creation: text('creation').notNull(),
    /** `{name: [value, stamp]}`, names in order, so that equal fields are equal text. */
    fields: text('fields').notNull(),

    mediaState: text('media_state').notNull().default('none'),
    mediaError: text('media_error'),
    bytes: integer('bytes'),
    sha256: text('sha256'),
    posterAt: integer('poster_at'),
    storedAt: integer('stored_at'),
    width: integer('width'),
    height: integer('height'),
    durationMs: real('duration_ms'),
    codec: text('codec'),

    /** When this server heard of the deletion; the thirty days of the trash count from here. [PURGE-1] */
    trashedAt: integer('trashed_at'),
    /** When it is deleted for good; null while nobody wants that. [PURGE-1] */
    purgeAt: integer('purge_at'),
    purgedAt: integer('purged_at'),
    updatedAt: integer('updated_at').notNull(),

    generationId: text('generation_id').generatedAlwaysAs(sql`creation ->> '$.generationId'`),
    provider: text('provider').generatedAlwaysAs(sql`creation ->> '$.provider'`),
    requestId: text('request_id').generatedAlwaysAs(sql`creation ->> '$.requestId'`),
    outputIndex: integer('output_index').generatedAlwaysAs(sql`creation ->> '$.outputIndex'`),
    originalUrl: text('original_url').generatedAlwaysAs(sql`creation ->> '$.originalUrl'`),
    createdAt: integer('created_at').generatedAlwaysAs(sql`creation ->> '$.createdAt'`),
    sourceId: text('source_id').generatedAlwaysAs(sql`creation ->> '$.params.sourceImage.id'`),
    title: text('title').generatedAlwaysAs(sql`coalesce(fields ->> '$.title[0]', creation ->> '$.prompt')`),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.id] }),
    index('video_by_rev').on(t.userId, t.rev),
    index('video_by_creation').on(t.userId, t.createdAt, t.id),
    index('video_by_update').on(t.userId, t.updatedAt, t.id),
    index('video_by_request').on(t.userId, t.requestId, t.provider, t.outputIndex),
    index('video_by_url').on(t.userId, t.originalUrl),
    index('video_by_source').on(t.userId, t.sourceId).where(sql`source_id IS NOT NULL`),
    index('video_purge_due').on(t.purgeAt).where(sql`purge_at IS NOT NULL`),
    index('video_tombstone').on(t.purgedAt).where(sql`purged_at IS NOT NULL`),
  ],
);

/** Ids under which a device first knew a video that was already here. [ID-1] */
export const videoAlias = sqliteTable(
  'video_alias',
  {
    userId: text('user_id').notNull(),
    aliasId: text('alias_id').notNull(),
    id: text('id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.aliasId] })],
);

export const generation = sqliteTable(
  'generation',
  {
    userId: text('user_id').notNull(),
    id: text('id').notNull(),
    rev: integer('rev').notNull(),
    creation: text('creation').notNull(),
    fields: text('fields').notNull(),

    status: text('status').notNull().default('queued'),
    /** JSON `{code, message, retryable}`. */
    error: text('error'),
    requestId: text('request_id'),
    /** JSON array of outputs. */
    outputs: text('outputs'),
    submittedAt: integer('submitted_at'),
    completedAt: integer('completed_at'),
    deadline: integer('deadline'),

    /** JSON: the provider's own handle on the running job. */
    reference: text('reference'),
    attempts: integer('attempts').notNull().default(0),
    /** When the reconciler looks at it next; null once nothing more will happen. */
    nextAt: integer('next_at'),
    leaseUntil: integer('lease_until').notNull().default(0),
    /** When its person's browsers were told that it ended; nobody is told twice. */
    toldAt: integer('told_at'),

    purgedAt: integer('purged_at'),
    updatedAt: integer('updated_at').notNull(),

    createdAt: integer('created_at').generatedAlwaysAs(sql`creation ->> '$.createdAt'`),
    sourceId: text('source_id').generatedAlwaysAs(sql`creation ->> '$.params.sourceImage.id'`),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.id] }),
    index('generation_by_source').on(t.userId, t.sourceId).where(sql`source_id IS NOT NULL`),
    index('generation_by_rev').on(t.userId, t.rev),
    index('generation_by_creation').on(t.userId, t.createdAt, t.id),
    index('generation_due').on(t.nextAt),
    index('generation_by_request').on(t.requestId).where(sql`request_id IS NOT NULL`),
    index('generation_by_submission').on(t.userId, t.submittedAt).where(sql`submitted_at IS NOT NULL`),
    index('generation_open')
      .on(t.userId, t.createdAt, t.id)
      .where(sql`status NOT IN ('succeeded', 'failed', 'canceled')`),
    index('generation_untold').on(t.completedAt).where(sql`told_at IS NULL AND status IN ('succeeded', 'failed')`),
  ],
);

/** A video whose bytes are to be fetched into permanent storage; gone once that is settled. */
export const ingestJob = sqliteTable(
  'ingest_job',
  {
    userId: text('user_id').notNull(),
    videoId: text('video_id').notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAt: integer('next_at').notNull(),
    leaseUntil: integer('lease_until').notNull().default(0),
    lastError: text('last_error'),
  },
  (t) => [primaryKey({ columns: [t.userId, t.videoId] }), index('ingest_due').on(t.nextAt)],
);

/** A purged video whose bytes are still to be deleted. [PURGE-1] */
export const blobDeletion = sqliteTable(
  'blob_deletion',
  {
    userId: text('user_id').notNull(),
    videoId: text('video_id').notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAt: integer('next_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.videoId] }), index('blob_deletion_due').on(t.nextAt)],
);

/** An account whose rows are deleted, until nothing of it can come after them. */
export const accountDeletion = sqliteTable(
  'account_deletion',
  {
    userId: text('user_id').primaryKey(),
    /** JSON array of `{provider, reference}`: what a provider still renders for it, and is to stop. */
    jobs: text('jobs').notNull(),
    deletedAt: integer('deleted_at').notNull(),
    nextAt: integer('next_at').notNull(),
  },
  (t) => [index('account_deletion_due').on(t.nextAt)],
);

/**
 * A file that arrives in parts. How far it is only the upload store says; the row says whose it is,
 * and what is to become of it.
 */
export const upload = sqliteTable(
  'upload',
  {
    userId: text('user_id').notNull(),
    id: text('id').notNull(),
    videoId: text('video_id').notNull(),
    /** 1 where the video comes to be with these bytes; 0 where it was there before them. */
    makesVideo: integer('makes_video').notNull(),
    /** `Upload-Length`; a row of libSQL has a length of its own. */
    bytes: integer('bytes').notNull(),
    /** `Upload-Metadata` as it was sent. */
    metadata: text('metadata').notNull(),
    /** What was announced; else what the bytes turned out to have. */
    sha256: text('sha256'),
    /** `receiving`, `whole` (to be verified), `done`, `failed`, `refused` (such bytes are no video), `dropped` (to be removed). */
    state: text('state').notNull().default('receiving'),
    /** Why it failed or was refused, for people. */
    error: text('error'),
    /** What had failed the video before; it says so again if this comes to nothing. */
    priorError: text('prior_error'),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** When a job looks at it next. */
    nextAt: integer('next_at').notNull(),
    /** Until when one request, or one job, has it for itself. */
    leaseUntil: integer('lease_until').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.id] }),
    index('upload_due').on(t.nextAt),
    index('upload_by_video').on(t.userId, t.videoId),
  ],
);

/** A picture that films are made of, once the blob store has it under `user/id/sha256`. [GEN-3] */
export const source = sqliteTable(
  'source',
  {
    userId: text('user_id').notNull(),
    id: text('id').notNull(),
    sha256: text('sha256').notNull(),
    contentType: text('content_type').notNull(),
    /** When it is looked at next whether anything is made of it any more. */
    checkAt: integer('check_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.id] }), index('source_check').on(t.checkAt)],
);

/** A browser that asked to be told, by the address at its push service, which no other browser has. */
export const pushSubscription = sqliteTable(
  'push_subscription',
  {
    endpoint: text('endpoint').primaryKey(),
    userId: text('user_id').notNull(),
    /** The keys by which it reads, base64url. */
    p256dh: text('p256dh').notNull(),
    auth: text('auth').notNull(),
    /** From when on this user is told; what ended before is no news to them. */
    since: integer('since').notNull(),
    seenAt: integer('seen_at').notNull(),
  },
  (t) => [index('push_subscription_by_user').on(t.userId)],
);

/** A message to one browser that is still to be handed to its push service. */
export const pushMessage = sqliteTable(
  'push_message',
  {
    userId: text('user_id').notNull(),
    generationId: text('generation_id').notNull(),
    endpoint: text('endpoint').notNull(),
    /** `succeeded` or `failed`. */
    kind: text('kind').notNull(),
    videoId: text('video_id'),
    createdAt: integer('created_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAt: integer('next_at').notNull(),
    leaseUntil: integer('lease_until').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.generationId, t.endpoint] }),
    index('push_message_due').on(t.nextAt),
    index('push_message_by_endpoint').on(t.endpoint),
  ],
);
