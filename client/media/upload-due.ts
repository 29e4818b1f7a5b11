import type { SourceId, VideoId } from '../../sync/ids.ts';
import type { DueUpload } from '../data/upload-tables.ts';
import { beginPass, type Pass, type PassEnd } from './pass.ts';
import { createPostponed } from './postponed.ts';
import { type SendPictureDeps, sendPicture } from './send-picture.ts';
import { offerOf, type UploadDeps, type UploadOutcome, upload } from './upload.ts';
import { createUploadPace } from './upload-pace.ts';

/** Sends what this device has and the server lacks; remembers between passes what failed and how fast the network is. */
export interface DueUploader {
  /** One pass, one after the other; pictures first, which are small, and for which a person waits. */
  readonly run: (watched: UploadWatch) => Promise<PassEnd>;
  /** Puts nothing off any longer. */
  readonly forgive: () => void;
}

export interface UploadWatch extends Pick<UploadDeps, 'signal' | 'onStep'> {
  /** Called before each is sent. */
  readonly onDue?: () => void;
}

export function createDueUploader(
  deps: Omit<UploadDeps & SendPictureDeps, 'pace' | 'signal' | 'onStep'> & { readonly random: () => number },
): DueUploader {
  const { uploads, sources } = deps;
  const pace = createUploadPace();
  let postponed = createPostponed(deps);

  return {
    forgive: () => {
      postponed = createPostponed(deps);
    },
    run: async (watched) => {
      const startedAt = deps.clock();
      const pass = beginPass(postponed, watched.signal);
      const over = new Set<VideoId>();
      for (;;) {
        if (watched.signal.aborted) return { kind: 'stopped' };
        const picture = (await sources.due()).find(({ id }) => !pass.isPostponed(id));
        if (picture) {
          watched.onDue?.();
          const end = settle(pass, picture.id, await sendPicture({ ...deps, ...watched, pace }, picture));
          if (end) return end;
          continue;
        }
        const next = (await uploads.due()).find(({ row }) => !pass.isPostponed(row.id) && !over.has(row.id));
        if (!next) {
          // What was due and is wanted no more would have the next pass begin at once, for ever.
          postponed.prune(startedAt);
          return { kind: 'idle', nextAt: postponed.nextAt() };
        }
        watched.onDue?.();
        const { id } = next.row;
        const outcome = await upload({ ...deps, ...watched, pace }, id);
        await note(next, outcome);
        if (outcome.kind === 'over') over.add(id);
        const end = settle(pass, id, outcome);
        if (end) return end;
      }
    },
  };

  /** What a person has to know of it. */
  async function note({ row, sha256 }: DueUpload, outcome: UploadOutcome): Promise<void> {
    if (outcome.kind === 'refused') {
      const { code, message } = outcome;
      await uploads.note(row.id, () => ({ ...offerOf(sha256), refusal: { code, message } }));
    }
    if (outcome.kind === 'interrupted' && (outcome.status ?? 0) >= 400) {
      await uploads.note(row.id, (offer = offerOf(sha256)) => ({ ...offer, failures: offer.failures + 1 }));
    }
  }
}

function settle(pass: Pass, id: VideoId | SourceId, outcome: UploadOutcome): PassEnd | null {
  switch (outcome.kind) {
    case 'over':
      pass.succeed(id);
      return null;
    case 'refused':
    case 'stored':
      return pass.fail(id, 'video');
    case 'interrupted':
      // A link that lives for seconds gets on as long as each of its lives brings something.
      if (outcome.progressed) {
        pass.succeed(id);
        return pass.end({ answered: outcome.status !== null, retryAfterMs: outcome.retryAfterMs });
      }
      return pass.fail(id, outcome.status === null ? 'silence' : 'server', outcome.retryAfterMs);
    default:
      return outcome;
  }
}
