import type { UserDatabase } from '../data/database.ts';
import { createMediaTables } from '../data/media-tables.ts';
import { createPosterTables, type PosterTables } from '../data/poster-tables.ts';
import { storable } from './fetch-poster.ts';
import type { Captured } from './measured.ts';
import { localFile } from './playable.ts';
import type { Fetch } from './ports.ts';

export interface PosterMakerDeps {
  readonly db: UserDatabase;
  readonly fetch: Fetch;
  readonly capture: (file: Blob) => Promise<Captured>;
  readonly signal: AbortSignal;
}

/** What the server takes. */
const MAX_BYTES = 200 * 1024;
const TIMEOUT_MS = 30_000;
/** So that a library without pictures does not hold up what arrives meanwhile; the caller comes again. */
const AT_ONCE = 5;

/**
 * Gives a picture to the videos that have none, from the bytes on this device, and to the server the
 * pictures that it lacks. What could not be done is tried again by the next call; a video that gave no
 * picture is not tried again by the same maker.
 */
export function createPosterMaker(deps: PosterMakerDeps): (onStep?: () => void) => Promise<void> {
  const posters = createPosterTables(deps.db);
  const tables = createMediaTables(deps.db);
  const hopeless = new Set<string>();

  const captureMissing = async (onStep?: () => void): Promise<void> => {
    let made = 0;
    for (const { id } of await posters.toCapture()) {
      if (deps.signal.aborted || made >= AT_ONCE) return;
      if (hopeless.has(id)) continue;
      onStep?.();
      hopeless.add(id);
      const file = await localFile(deps.db, id);
      const captured = file && (await deps.capture(file));
      if (captured?.kind !== 'picture') continue;
      const { data } = captured;
      await posters.putCaptured({ videoId: id, contentType: data.type, data: await storable(tables, data) });
      made += 1;
    }
  };

  return async (onStep) => {
    await captureMissing(onStep);
    await sendMissing({ ...deps, onStep }, posters);
  };
}

async function sendMissing(
  { fetch, signal, onStep }: PosterMakerDeps & { readonly onStep: (() => void) | undefined },
  posters: PosterTables,
): Promise<void> {
  for (const { videoId, data, contentType } of await posters.toSend()) {
    if (signal.aborted) return;
    onStep?.();
    const body = new Blob([data], { type: contentType });
    const isFit = contentType === 'image/webp' && body.size <= MAX_BYTES;
    const init: RequestInit = {
      method: 'PUT',
      body,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    };
    const response = isFit ? await fetch(`/media/${videoId}/poster`, init).catch(() => null) : null;
    // No answer, or a server in trouble: the rest waits as well.
    if (isFit && (response === null || response.status >= 500 || response.status === 401)) return;
    await posters.settle(videoId);
  }
}
