import { type SourceImage, sourceOf } from '../../sync/source-image.ts';
import { messageOf } from '../errors.ts';
import type { BlobStore } from '../media/blob-store/blob-store.ts';
import type { SourceDeps } from '../media/sources/keep-source.ts';
import { readSource, recoverSource } from '../media/sources/read-source.ts';
import type { GenerationJob } from './generation-job.ts';
import { NoAnswerError, type VideoProvider } from './provider.ts';
import type { GenerationEvent } from './state.ts';

/** Whether what a generation waits for has come, or was never missing. */
export async function isSourceThere(
  deps: SourceDeps & { readonly blobs: Pick<BlobStore, 'size'> },
  { user, create }: GenerationJob,
): Promise<boolean> {
  const source = sourceOf(create);
  // What is no picture by its description the provider refuses, with its reason.
  return source === null || recoverSource(deps, user, source);
}

/**
 * Gives the provider the picture of a generation. It is asked for nothing yet, so whatever fails here
 * costs nothing and may be tried again.
 * @returns what the provider knows it by, or what becomes of the generation instead
 */
export async function prepareImage(
  deps: {
    readonly blobs: Pick<BlobStore, 'read'>;
    readonly provider: VideoProvider;
    readonly clock: () => number;
  },
  { user, create }: GenerationJob,
  source: SourceImage,
): Promise<{ readonly image: string | undefined } | GenerationEvent> {
  const { blobs, provider, clock } = deps;
  // The submission says why it cannot be.
  if (create.provider !== provider.name || provider.takeImage === null) return { image: undefined };
  try {
    const data = await readSource(blobs, user, source);
    if (data === null) return { kind: 'source_missing' };
    const taken = await provider.takeImage({ ...source, data });
    switch (taken.kind) {
      case 'taken':
        return { image: taken.image };
      case 'refused':
        return { ...taken, now: clock() };
      case 'not_now':
        return { ...taken, kind: 'not_taken' };
    }
  } catch (error) {
    const retryAfterMs = error instanceof NoAnswerError ? error.retryAfterMs : null;
    return { kind: 'not_taken', message: messageOf(error), retryAfterMs };
  }
}
