import type { VideoWireRow } from '../../sync/protocol.ts';
import { type SqlRow, videoRow } from '../sync/rows.ts';

export type LiveVideo = Exclude<VideoWireRow, { purged: true }>;

/** A video as scripts and the platform see it. Times are ISO 8601 in UTC, durations seconds, sizes bytes. */
export interface RestVideo {
  readonly id: string;
  /** The provider's id of the job that made it; both names mean the same. */
  readonly wavespeed_request_id: string | null;
  readonly request_id: string | null;
  readonly original_url: string | null;
  /** Where this server serves it from, for as long as it exists. */
  readonly video_url: string;
  readonly poster_url: string | null;
  readonly prompt: string | null;
  readonly title: string | null;
  readonly model: string | null;
  readonly provider: string | null;
  readonly params: Readonly<Record<string, unknown>>;
  readonly status: 'completed' | 'storing' | 'failed' | 'trash';
  readonly error: string | null;
  readonly duration: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly size: number | null;
  readonly favorite: boolean;
  readonly tags: readonly unknown[];
  readonly sha256: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** @param row of `SELECT * FROM video`, not purged */
export function restVideo(row: SqlRow): RestVideo {
  const wire = videoRow(row);
  if ('purged' in wire) throw new Error('a purged video has no row to show');
  const { id, create, fields, server } = wire;
  const durationMs = server.durationMs ?? create.durationMs;
  const tags = fields.tags?.[0];
  return {
    id,
    wavespeed_request_id: create.requestId,
    request_id: create.requestId,
    original_url: create.originalUrl,
    video_url: `/media/${id}`,
    poster_url: server.posterAt === null ? null : `/media/${id}/poster`,
    prompt: create.prompt,
    title: textOf(fields.title?.[0]) ?? create.prompt,
    model: create.model,
    provider: create.provider,
    params: create.params,
    status: statusOf(wire),
    error: server.mediaError,
    duration: durationMs === null ? null : durationMs / 1000,
    width: server.width ?? create.width,
    height: server.height ?? create.height,
    size: server.bytes,
    favorite: fields.favorite?.[0] === true,
    tags: Array.isArray(tags) ? tags : [],
    sha256: server.sha256,
    created_at: new Date(create.createdAt).toISOString(),
    updated_at: new Date(Number(row.updated_at)).toISOString(),
  };
}

function statusOf({ fields, server }: LiveVideo): RestVideo['status'] {
  if (typeof fields.deletedAt?.[0] === 'number') return 'trash';
  if (server.mediaState === 'stored') return 'completed';
  return server.mediaState === 'failed' ? 'failed' : 'storing';
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
