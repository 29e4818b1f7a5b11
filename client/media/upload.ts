import type { VideoId } from '../../sync/ids.ts';
import type { DueUpload, UploadTables } from '../data/upload-tables.ts';
import { copyBody } from './copy-body.ts';
import type { Fetch, Wait } from './ports.ts';
import { readTusAnswer, type TusAnswer } from './tus-answer.ts';
import type { UploadPace } from './upload-pace.ts';

export interface UploadDeps {
  readonly media: Parameters<typeof copyBody>[0];
  readonly uploads: UploadTables;
  readonly fetch: Fetch;
  readonly wait: Wait;
  /** Milliseconds; never goes back. */
  readonly clock: () => number;
  readonly pace: UploadPace;
  readonly signal: AbortSignal;
  /** Called at every step, so that who watches over it sees that it gets on. */
  readonly onStep: () => void;
}

export type UploadOutcome =
  /** All of it is there, or nobody needs it any more. */
  | { readonly kind: 'over' }
  /** The next try asks how far it is and goes on from there. `status` is null where no answer came. */
  | {
      readonly kind: 'interrupted';
      readonly status: number | null;
      readonly progressed: boolean;
      readonly retryAfterMs: number | null;
    }
  /** The server has it from elsewhere; the next exchange tells. */
  | { readonly kind: 'stored' }
  /** The server takes these bytes from nobody, or they cannot be read here. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'stopped' };

/** Answers in a row that brought nothing on. */
const MAX_STRIKES = 6;
const SMALLEST_PART_BYTES = 16 * 1024;
const ASKING_MS = 30_000;
const BUSY_MS = 2_000;
const MAX_BUSY_MS = 30_000;

/**
 * Sends this device's bytes of a video by tus 1.0, from where an earlier try ended. Two at once harm
 * nothing: the server has one of them wait, and what the other sent counts for both.
 */
export async function upload(deps: UploadDeps, id: VideoId): Promise<UploadOutcome> {
  const { uploads, signal, onStep } = deps;
  let offset: number | null = null;
  let strikes = 0;
  let progressed = false;
  for (;;) {
    onStep();
    const due = await uploads.look(id);
    if (signal.aborted) return { kind: 'stopped' };
    if (!due) return { kind: 'over' };
    const step: Step = await advance(deps, due, offset);
    if (signal.aborted) return { kind: 'stopped' };
    if (step.kind === 'end') return step.outcome;
    const { answer } = step;
    if (answer.kind === 'unavailable') return { ...answer, kind: 'interrupted', progressed };
    const moved = await settle(deps, due, { answer, sent: step.sent, offset });
    if (moved.kind === 'end') return moved.outcome;
    strikes = moved.progressed ? 0 : strikes + 1;
    progressed ||= moved.progressed;
    offset = moved.offset;
    if (strikes > MAX_STRIKES) return { kind: 'interrupted', status: 409, progressed, retryAfterMs: null };
  }
}

type Step =
  | { readonly kind: 'answer'; readonly answer: TusAnswer; readonly sent: number }
  | { readonly kind: 'end'; readonly outcome: UploadOutcome };

/** One request: for a place, for the offset, or with the next part. */
async function advance(deps: UploadDeps, due: DueUpload, offset: number | null): Promise<Step> {
  const { url } = due.upload;
  if (url === null) return { kind: 'answer', sent: 0, answer: await create(deps, due) };
  if (offset === null)
    return { kind: 'answer', sent: 0, answer: await ask(deps, { ...due.copy, method: 'HEAD', url }) };
  return sendPart(deps, due, { url, offset });
}

async function create(deps: UploadDeps, { row, copy, sha256 }: DueUpload): Promise<TusAnswer> {
  // Before the server hears of them: what it then stores is compared with just these bytes.
  await deps.uploads.note(row.id, (before) => (before?.sha256 === sha256 ? before : offerOf(sha256)));
  const metadata = { videoId: row.id, filename: row.id, filetype: copy.contentType, sha256 };
  const encoded = Object.entries(metadata).map(([name, value]) => `${name} ${btoa(value)}`);
  const headers = { 'upload-length': String(copy.total), 'upload-metadata': encoded.join(',') };
  return ask(deps, { ...copy, method: 'POST', url: '/api/uploads', headers });
}

export function offerOf(sha256: string) {
  return { sha256, failures: 0, refusal: null };
}

async function sendPart(
  deps: UploadDeps,
  { copy, upload }: DueUpload,
  at: { readonly url: string; readonly offset: number },
): Promise<Step> {
  const { pace, clock } = deps;
  const size = Math.min(upload.limit ?? Number.POSITIVE_INFINITY, pace.partBytes(), copy.total - at.offset);
  const part = await readPart(deps, { ...at, copy, size });
  const bytes = await part?.arrayBuffer().catch(() => null);
  if (!part || bytes?.byteLength !== size) return { kind: 'end', outcome: UNREADABLE };
  const headers = {
    'content-type': 'application/offset+octet-stream',
    'upload-offset': String(at.offset),
    ...(await checksum(bytes)),
  };
  const start = clock();
  const patienceMs = pace.patienceMs(size);
  const answer = await ask(deps, { ...copy, method: 'PATCH', url: at.url, headers, part, patienceMs });
  if (answer.kind === 'at') pace.sent({ bytes: size, ms: clock() - start });
  if (answer.kind === 'unavailable' && answer.status === null) pace.lost();
  return { kind: 'answer', answer, sent: size };
}

const UNREADABLE = { kind: 'refused', code: 'unreadable', message: '' } as const;

/**
 * A part by reference. Chromium copies a buffer that is a body, and keeps the copy until its next large
 * collection, which in a quiet page never comes: 2 GB for 2 GB.
 */
async function readPart(
  { media }: UploadDeps,
  { copy, offset, size }: { readonly copy: DueUpload['copy']; readonly offset: number; readonly size: number },
): Promise<Blob | null> {
  const body = await copyBody(media, copy, { start: offset, end: offset + size - 1 });
  return new Response(body).blob().catch(() => null);
}

/** Outside a secure context there is no digest; the whole file's hash is compared all the same. */
async function checksum(part: ArrayBuffer): Promise<{ readonly 'upload-checksum'?: string }> {
  if (!crypto.subtle) return {};
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', part));
  return { 'upload-checksum': `sha256 ${btoa(String.fromCharCode(...digest))}` };
}

interface Asked {
  readonly method: 'POST' | 'HEAD' | 'PATCH' | 'PUT';
  readonly url: string;
  /** Bytes of the whole upload. */
  readonly total: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly part?: Blob;
  readonly patienceMs?: number;
}

/** One request, answered in the words of tus. */
export async function ask(deps: Pick<UploadDeps, 'fetch' | 'wait' | 'signal'>, asked: Asked): Promise<TusAnswer> {
  const { method, url, total, headers, part, patienceMs = ASKING_MS } = asked;
  const link = new AbortController();
  const signal = AbortSignal.any([deps.signal, link.signal]);
  const init: RequestInit = {
    method,
    headers: { 'tus-resumable': '1.0.0', ...headers },
    body: part ?? null,
    signal,
    cache: 'no-store',
    redirect: 'error',
  };
  const read = (response: Response | null) => readTusAnswer(method, response, total);
  const late = deps.wait(patienceMs, signal).then(() => read(null));
  const answer = deps.fetch(url, init).then(read, () => read(null));
  try {
    return await Promise.race([answer, late]);
  } finally {
    link.abort();
  }
}

type Moved =
  | { readonly kind: 'on'; readonly offset: number | null; readonly progressed: boolean }
  | { readonly kind: 'end'; readonly outcome: UploadOutcome };

/** What an answer means for where the upload is, written down before anything else is sent. */
async function settle(
  deps: UploadDeps,
  { row, upload: before }: DueUpload,
  step: {
    readonly answer: Exclude<TusAnswer, { kind: 'unavailable' }>;
    readonly sent: number;
    readonly offset: number | null;
  },
): Promise<Moved> {
  const { uploads, wait, signal } = deps;
  const { answer } = step;
  const stay = (offset: number | null): Moved => ({ kind: 'on', offset, progressed: false });
  const anew = async () => {
    await uploads.save(before, { url: null, offset: 0 });
    return stay(null);
  };
  switch (answer.kind) {
    case 'at': {
      if (answer.offset > before.total) return anew();
      await uploads.save(before, { offset: answer.offset });
      const progressed = step.sent > 0 && answer.offset > (step.offset ?? 0);
      if (progressed) await uploads.note(row.id, (offer) => (offer?.failures ? { ...offer, failures: 0 } : offer));
      return { kind: 'on', offset: answer.offset, progressed };
    }
    case 'created':
      await uploads.save(before, { url: answer.url, offset: answer.offset });
      return stay(answer.offset);
    case 'busy':
      await wait(Math.min(answer.retryAfterMs ?? BUSY_MS, MAX_BUSY_MS), signal);
      return stay(null);
    case 'too_large': {
      const limit = Math.floor(step.sent / 2);
      if (limit < SMALLEST_PART_BYTES) return interrupted(413);
      await uploads.save(before, { limit });
      return { kind: 'on', offset: step.offset, progressed: true };
    }
    case 'garbled':
      return stay(step.offset);
    case 'elsewhere':
      return stay(answer.offset);
    case 'gone':
      return anew();
    default:
      return { kind: 'end', outcome: answer };
  }
}

function interrupted(status: number): Moved {
  return { kind: 'end', outcome: { kind: 'interrupted', status, progressed: false, retryAfterMs: null } };
}
