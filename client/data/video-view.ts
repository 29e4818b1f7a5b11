import type { Epoch, VideoId } from '../../sync/ids.ts';
import { fieldValue } from '../../sync/local-row.ts';
import { type SaveCause, type SaveState, saveCause } from '../../sync/save-state.ts';
import { sha256Of } from './copy-hash.ts';
import type { CopyRecord, VideoRecord } from './database.ts';
import { mayFree } from './only-copy.ts';
import { isUploadDue, type UploadFacts } from './upload-rule.ts';

/** A video as the screens show it. */
export interface VideoView {
  readonly id: VideoId;
  /** `generated`, `imported`, or newer. */
  readonly origin: string;
  /** What a person named it, or null: then the prompt stands for it. */
  readonly title: string | null;
  readonly prompt: string | null;
  readonly model: string | null;
  readonly provider: string | null;
  readonly params: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly favorite: boolean;
  readonly deletedAt: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
  readonly bytes: number | null;
  readonly thumbhash: string | null;
  readonly saveState: SaveState;
  readonly cause: SaveCause;
  readonly copy: CopyView;
  readonly upload: UploadView;
  /** Whether the bytes may go from this device: the server has the very same. */
  readonly mayRemove: boolean;
  readonly sha256: string | null;
  readonly codec: string | null;
  /** Of the file, with its codecs where they are known. */
  readonly contentType: string | null;
}

/** Where this device stands with the bytes. */
export type CopyView =
  | { readonly kind: 'none' }
  | { readonly kind: 'partial'; readonly received: number; readonly total: number }
  | { readonly kind: 'kept'; readonly bytes: number; readonly sha256: string | null };

/** Where this device stands with sending the bytes. */
export type UploadView =
  /** Nothing of it is this device's to send. */
  | { readonly kind: 'none' }
  /** `rest` is in bytes; what is `wished` for goes over any network. */
  | { readonly kind: 'due'; readonly rest: number; readonly wished: boolean }
  | { readonly kind: 'sending'; readonly share: number; readonly rest: number; readonly wished: boolean }
  /** All of it is there; the server has yet to say that it stored it. */
  | { readonly kind: 'checking' };

/** What the screens show of a row. */
export function videoView(facts: UploadFacts & { readonly row: VideoRecord }, epoch: Epoch | null): VideoView {
  const { row: record, copy } = facts;
  const { create } = record;
  const server = record.received?.server;
  const title = fieldValue(record, 'title');
  const deletedAt = fieldValue(record, 'deletedAt');
  return {
    id: record.id,
    origin: create.origin,
    title: typeof title === 'string' ? title : null,
    prompt: create.prompt,
    model: create.model,
    provider: create.provider,
    params: create.params,
    createdAt: record.createdAt,
    favorite: record.favorite === 1,
    deletedAt: typeof deletedAt === 'number' ? deletedAt : null,
    width: server?.width ?? create.width,
    height: server?.height ?? create.height,
    durationMs: server?.durationMs ?? create.durationMs,
    bytes: server?.bytes ?? copy?.total ?? null,
    thumbhash: create.thumbhash,
    saveState: record.saveState,
    cause: saveCause(record, epoch),
    copy: copyView(copy),
    upload: uploadView(facts, epoch),
    mayRemove: mayFree(record, copy, epoch),
    sha256: server?.sha256 ?? null,
    codec: server?.codec ?? codecIn(create.contentType),
    contentType: create.contentType,
  };
}

/** The first of the codecs that a media type names, by the name that the server gives it. */
function codecIn(contentType: string | null): string | null {
  const [, name] = /codecs="?([\w-]+)/.exec(contentType ?? '') ?? [];
  return name === undefined ? null : (CODECS[name] ?? name);
}

const CODECS: Readonly<Record<string, string>> = {
  avc1: 'avc',
  avc3: 'avc',
  hvc1: 'hevc',
  hev1: 'hevc',
  vp08: 'vp8',
  vp09: 'vp9',
  av01: 'av1',
};

function copyView(copy: CopyRecord | undefined): CopyView {
  if (!copy || copy.state === 'removed' || copy.state === 'evicted') return { kind: 'none' };
  return copy.state === 'verified'
    ? { kind: 'kept', bytes: copy.total, sha256: sha256Of(copy) }
    : { kind: 'partial', received: copy.received, total: copy.total };
}

function uploadView(facts: UploadFacts, epoch: Epoch | null): UploadView {
  const { row, upload } = facts;
  const mediaState = row.received?.server.mediaState;
  const begun = upload?.epoch === epoch && upload?.url !== null ? upload : undefined;
  if (begun && begun.offset === begun.total && mediaState !== 'stored' && mediaState !== 'failed') {
    return { kind: 'checking' };
  }
  if (!isUploadDue(facts, { epoch, nowMs: Date.now() })) return { kind: 'none' };
  const { offset = 0, wished = false } = begun ?? {};
  const rest = (facts.copy?.total ?? 0) - offset;
  return begun && offset > 0
    ? { kind: 'sending', share: offset / begun.total, rest, wished }
    : { kind: 'due', rest, wished: facts.upload?.wished === true };
}
