import type { SourceRecord } from '../data/database.ts';
import type { SourceTables } from '../data/source-tables.ts';
import { ask, type UploadDeps, type UploadOutcome } from './upload.ts';

export interface SendPictureDeps extends Pick<UploadDeps, 'fetch' | 'wait' | 'signal' | 'pace'> {
  readonly sources: SourceTables;
}

/** Sends a picture in one request: it is small, and sent twice it is still one. */
export async function sendPicture(deps: SendPictureDeps, picture: SourceRecord): Promise<UploadOutcome> {
  const { id, data, sha256, bytes } = picture;
  const answer = await ask(deps, {
    method: 'PUT',
    url: `/api/sources/${id}`,
    total: bytes,
    headers: { 'x-sha256': sha256 },
    part: new Blob([data]),
    patienceMs: deps.pace.patienceMs(bytes),
  });
  if (deps.signal.aborted) return { kind: 'stopped' };
  if (answer.kind === 'unauthorized') return answer;
  if (answer.kind === 'refused' || answer.kind === 'too_large') {
    // The route's own words, or a proxy's limit on bodies.
    const { code, message } = { code: 'too_large', message: 'HTTP 413', ...answer };
    // That is what arrived otherwise than it was sent.
    if (code !== 'garbled') {
      await deps.sources.refused(id, { code, message });
      return { kind: 'refused', code, message };
    }
  }
  if (answer.kind !== 'at')
    return { status: 409, retryAfterMs: null, ...answer, kind: 'interrupted', progressed: false };
  await deps.sources.sent(id);
  return { kind: 'over' };
}
