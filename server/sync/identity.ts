import type { VideoId } from '../../sync/ids.ts';
import type { VideoOp } from '../../sync/protocol.ts';
import type { VideoCreate } from '../../sync/records.ts';

/**
 * For each op of one push that creates a video which an earlier op of it creates too, the id of
 * that earlier one. What the database already knows is matched in SQL, by the same rules. [ID-1]
 */
export function leaders(ops: readonly VideoOp[]): ReadonlyMap<VideoId, VideoId> {
  const led = new Map<VideoId, VideoId>();
  const byRequest = new Map<string, Created>();
  const byUrl = new Map<string, Created>();
  for (const { id, create } of ops) {
    if (!create) continue;
    const requestKey = requestKeyOf(create);
    const sameRequest = requestKey === null ? undefined : byRequest.get(requestKey);
    const sameUrl = create.originalUrl === null ? undefined : byUrl.get(create.originalUrl);
    const leader = [sameRequest, sameUrl && isTold(sameUrl.create, create) ? sameUrl : undefined].find(
      (earlier) => earlier && earlier.id !== id && mayMerge(earlier.create, create),
    );
    if (leader) {
      led.set(id, leader.id);
      continue;
    }
    if (requestKey !== null && !sameRequest) byRequest.set(requestKey, { id, create });
    if (create.originalUrl !== null && !sameUrl) byUrl.set(create.originalUrl, { id, create });
  }
  return led;
}

interface Created {
  readonly id: VideoId;
  readonly create: VideoCreate;
}

function requestKeyOf({ provider, requestId, outputIndex }: VideoCreate): string | null {
  return requestId === null || outputIndex === null ? null : JSON.stringify([provider, requestId, outputIndex]);
}

/** The same URL only tells where one side has no request id to tell it better. */
function isTold(a: VideoCreate, b: VideoCreate): boolean {
  return a.requestId === null || b.requestId === null;
}

/** Outputs of different generations are different videos, whatever they share. */
function mayMerge(a: VideoCreate, b: VideoCreate): boolean {
  return a.generationId === null || b.generationId === null || a.generationId === b.generationId;
}
