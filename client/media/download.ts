import type { CopyRecord } from '../data/database.ts';
import type { MediaTables } from '../data/media-tables.ts';
import type { Fetch, Sha256, Wait } from './ports.ts';
import { pump } from './pump.ts';
import { type MediaReply, readReply } from './reply.ts';
import { createSegmentWriter, MAX_SEGMENT_BYTES } from './segment-writer.ts';
import { isIntact } from './verify.ts';

export interface DownloadDeps {
  readonly tables: MediaTables;
  readonly fetch: Fetch;
  readonly sha256: () => Promise<Sha256>;
  readonly wait: Wait;
  /** Milliseconds; never goes back. */
  readonly clock: () => number;
  /** Ends the download; what has arrived is written first. */
  readonly signal: AbortSignal;
  /** Called at every step, so that who watches over it sees that it gets on. */
  readonly onStep?: () => void;
  readonly pace?: Pace;
}

/** How often what has arrived is written, and when silence counts as a dead link. */
export interface Pace {
  readonly flushMs: number;
  readonly stallMs: number;
  readonly maxSegmentBytes: number;
}

export type DownloadOutcome =
  /** All of it is here, read back and equal to the server's hash. */
  | { readonly kind: 'verified' }
  /** The link broke, stalled or never answered; what arrived is kept and the next try goes on from there. */
  | {
      readonly kind: 'interrupted';
      readonly answered: boolean;
      readonly received: number;
      readonly retryAfterMs: number | null;
    }
  /** It arrived whole and wrong, or in pieces that do not fit; it was dropped, the next try begins anew. */
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'quota' }
  /** The copy was removed or changed by someone else meanwhile. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'stopped' }
  | Extract<MediaReply, { readonly kind: 'not_stored' | 'unauthorized' | 'refused' }>;

/** The pace of a real network: a link that lives for seconds still gets on. */
export const DEFAULT_PACE: Pace = { flushMs: 10_000, stallMs: 30_000, maxSegmentBytes: MAX_SEGMENT_BYTES };

/**
 * Brings the bytes of a video onto this device, from where an earlier try ended. Only one may run
 * for a copy at a time; a second one harms nothing, but one of them ends as `superseded`.
 */
export async function download(
  deps: DownloadDeps,
  video: { readonly id: string; readonly copyId: string },
): Promise<DownloadOutcome> {
  const before = await deps.tables.copy(video.copyId);
  if (before?.state === 'verified') return { kind: 'verified' };
  if (before?.state === 'removed') return { kind: 'superseded' };
  const resumed = before && before.received > 0 ? before : null;
  if (resumed && resumed.received === resumed.total) return finish(deps, resumed);

  const link = new AbortController();
  const linked = { ...deps, signal: AbortSignal.any([deps.signal, link.signal]) };
  try {
    const opened = await open(linked, video.id, resumed);
    if (opened.reply.kind !== 'misfit' || !resumed) return await receive(deps, video.copyId, { resumed, opened });
    await deps.tables.discard(resumed);
    return await receive(deps, video.copyId, { resumed: null, opened: await open(linked, video.id, null) });
  } finally {
    // A body that nobody reads any more must not hold its connection.
    link.abort();
  }
}

type Body = ReadableStream<Uint8Array<ArrayBuffer>> | null;

interface Opened {
  readonly reply: MediaReply | { readonly kind: 'silent' };
  readonly body: Body;
}

async function open(deps: DownloadDeps, id: string, rest: CopyRecord | null): Promise<Opened> {
  const headers: HeadersInit = rest ? { range: `bytes=${rest.received}-`, 'if-range': rest.etag } : {};
  // A redirect leads to someone else's page: a captive portal, a proxy's sign-in.
  const init: RequestInit = { headers, signal: deps.signal, cache: 'no-store', redirect: 'error' };
  const answer = deps.fetch(`/media/${id}`, init).catch(() => null);
  const response = await Promise.race([answer, silence(deps)]);
  return response
    ? { reply: readReply(response, rest), body: response.body }
    : { reply: { kind: 'silent' }, body: null };
}

async function silence({ wait, signal, pace = DEFAULT_PACE }: DownloadDeps): Promise<null> {
  await wait(pace.stallMs, signal);
  return null;
}

async function receive(
  deps: DownloadDeps,
  copyId: string,
  { resumed, opened }: { readonly resumed: CopyRecord | null; readonly opened: Opened },
): Promise<DownloadOutcome> {
  if (deps.signal.aborted) return { kind: 'stopped' };
  const received = resumed?.received ?? 0;
  const { reply, body } = opened;
  switch (reply.kind) {
    case 'silent':
      return { kind: 'interrupted', answered: false, received, retryAfterMs: null };
    case 'unavailable':
      return { kind: 'interrupted', answered: true, received, retryAfterMs: reply.retryAfterMs };
    case 'misfit':
      return { kind: 'corrupt' };
    case 'whole': {
      const { etag, total, contentType } = reply;
      const begun = await deps.tables.begin({ copyId, etag, total, contentType });
      return begun === 'written' ? store(deps, { copyId, etag, total, received: 0 }, body) : { kind: begun };
    }
    case 'rest':
      return resumed ? store(deps, resumed, body) : { kind: 'corrupt' };
    default:
      return reply;
  }
}

async function store(
  deps: DownloadDeps,
  copy: Pick<CopyRecord, 'copyId' | 'etag' | 'received' | 'total'>,
  body: Body,
): Promise<DownloadOutcome> {
  const { tables, pace = DEFAULT_PACE } = deps;
  const writer = createSegmentWriter({
    tables,
    copy,
    offset: copy.received,
    asBlobs: await tables.storesBlobs(),
    maxSegmentBytes: pace.maxSegmentBytes,
  });
  const pumped = body ? await pump({ ...deps, pace }, { body, writer, total: copy.total }) : 'ended';
  if (pumped === 'overflow') {
    await tables.discard(copy);
    return { kind: 'corrupt' };
  }
  const outcome = pumped === 'ended' ? await writer.flush() : pumped;
  if (outcome !== 'written') return { kind: outcome };
  if (deps.signal.aborted) return { kind: 'stopped' };
  const received = writer.length();
  if (received < copy.total) return { kind: 'interrupted', answered: true, received, retryAfterMs: null };
  const complete = await tables.copy(copy.copyId);
  return complete?.etag === copy.etag ? finish(deps, complete) : { kind: 'superseded' };
}

async function finish(deps: DownloadDeps, copy: CopyRecord): Promise<DownloadOutcome> {
  const intact = await isIntact(deps, copy);
  if (intact === 'stopped') return { kind: 'stopped' };
  if (!intact) {
    await deps.tables.discard(copy);
    return { kind: 'corrupt' };
  }
  const outcome = await deps.tables.setVerified(copy);
  return { kind: outcome === 'written' ? 'verified' : outcome };
}
