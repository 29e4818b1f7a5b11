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
  if (answer.kind !== 'at')
    return { status: 409, retryAfterMs: null, ...answer, kind: 'interrupted', progressed: false };
  await deps.sources.sent(id);
  return { kind: 'over' };
}
