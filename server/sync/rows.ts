import * as v from 'valibot';
import {
  type GenerationWireRow,
  GenerationWireRowSchema,
  type VideoWireRow,
  VideoWireRowSchema,
} from '../../sync/protocol.ts';
import type { SqlRows } from '../db/database.ts';

export type SqlRow = SqlRows['rows'][number];

const WRITTEN = ['id', 'rev', 'creation', 'fields', 'purged_at'];
const MEASURES = ['bytes', 'sha256', 'poster_at', 'stored_at', 'width', 'height', 'duration_ms', 'codec'];
const VIDEO_COLUMNS = [...WRITTEN, 'media_state', 'media_error', ...MEASURES];
const GENERATION_COLUMNS = [
  ...WRITTEN,
  'status',
  'error',
  'request_id',
  'outputs',
  'submitted_at',
  'completed_at',
  'deadline',
];

/**
 * What a row on the wire is made of, for a SELECT of many: the other columns are computed from the
 * record each time they are read.
 * @param table its name or alias in the statement
 */
export function wireColumns(kind: 'video' | 'generation', table: string): string {
  const names = kind === 'video' ? VIDEO_COLUMNS : GENERATION_COLUMNS;
  return names.map((name) => `${table}.${name}`).join(', ');
}

/** A row of `wireColumns` of a video as it goes over the wire. */
export function videoRow(row: SqlRow): VideoWireRow {
  if (row.purged_at !== null) return v.parse(VideoWireRowSchema, tombstone(row));
  return v.parse(VideoWireRowSchema, {
    ...written(row),
    server: {
      mediaState: row.media_state,
      mediaError: row.media_error,
      bytes: row.bytes,
      sha256: row.sha256,
      posterAt: row.poster_at,
      storedAt: row.stored_at,
      width: row.width,
      height: row.height,
      durationMs: row.duration_ms,
      codec: row.codec,
    },
  });
}

/** A row of `wireColumns` of a generation as it goes over the wire. */
export function generationRow(row: SqlRow): GenerationWireRow {
  if (row.purged_at !== null) return v.parse(GenerationWireRowSchema, tombstone(row));
  return v.parse(GenerationWireRowSchema, {
    ...written(row),
    server: {
      status: row.status,
      error: row.error === null ? null : json(row.error),
      requestId: row.request_id,
      outputs: row.outputs === null ? null : json(row.outputs),
      submittedAt: row.submitted_at,
      completedAt: row.completed_at,
      deadline: row.deadline,
    },
  });
}

function tombstone(row: SqlRow) {
  return { id: row.id, rev: row.rev, purged: true };
}

/** What devices wrote, as they wrote it. */
function written(row: SqlRow) {
  return { id: row.id, rev: row.rev, create: json(row.creation), fields: json(row.fields) };
}

function json(column: unknown): unknown {
  return JSON.parse(String(column));
}
