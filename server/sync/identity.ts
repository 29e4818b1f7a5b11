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
  for (const op of ops) {
    if (!op.create) continue;
    const created = { id: op.id, create: op.create };
    const { requestKey, urlKey } = keysOf(op.create);
    const leader = [requestKey && byRequest.get(requestKey), urlKey && urlMatch(byUrl.get(urlKey), op.create)]
      .filter((match) => match !== null && match !== undefined && match !== '')
      .find((match) => match.id !== op.id && mayMerge(match.create, op.create));
    if (leader) led.set(op.id, leader.id);
    else {
      if (requestKey && !byRequest.has(requestKey)) byRequest.set(requestKey, created);
      if (urlKey && !byUrl.has(urlKey)) byUrl.set(urlKey, created);
    }
  }
  return led;
}

interface Created {
  readonly id: VideoId;
  readonly create: VideoCreate;
}

function keysOf({ provider, requestId, outputIndex, originalUrl }: VideoCreate) {
  const requestKey =
    requestId !== null && outputIndex !== null ? JSON.stringify([provider, requestId, outputIndex]) : null;
  return { requestKey, urlKey: originalUrl };
}

/** The same URL only tells where one side has no request id to tell it better. */
function urlMatch(match: Created | undefined, create: VideoCreate): Created | null {
  return match && (match.create.requestId === null || create.requestId === null) ? match : null;
}

/** Outputs of different generations are different videos, whatever they share. */
function mayMerge(a: VideoCreate, b: VideoCreate): boolean {
  return a.generationId === null || b.generationId === null || a.generationId === b.generationId;
}
