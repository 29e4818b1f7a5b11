import type { GenerationId, UserId } from '../../sync/ids.ts';
import type { News } from '../../sync/protocol.ts';
import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';
import type { After } from '../timers.ts';
import { createEventStream, type EventStream } from './event-stream.ts';
import { createHeadWatch } from './head-watch.ts';

/** What devices are told without asking, over `GET /api/sync/events`. */
export interface Live {
  /**
   * A stream of the user's events. `head`: the head as it is now, then whenever it moved; `news` before
   * it: JSON of what changed, where that is little.
   * `progress`: JSON `{generationId, progress}`, of what renders here. A comment every
   * `heartbeatMs`, when it is also asked whether the session still holds.
   * @returns null where the user has `MAX_STREAMS` already
   */
  readonly open: (user: UserId, isSignedIn: () => Promise<boolean>) => EventStream['body'] | null;
  /** Something was committed here. */
  readonly look: () => void;
  /** How far a generation is, 0 to 1; null once it does not run. */
  readonly progress: (user: UserId, id: GenerationId, progress: number | null) => void;
  /** Streams that are open. */
  readonly count: () => number;
  /** Ends every stream, and each that is opened from now on. */
  readonly close: () => void;
}

export interface LiveDeps {
  readonly db: Database;
  readonly after: After;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: Log;
  readonly pollMs?: number;
  readonly heartbeatMs?: number;
}

const MAX_STREAMS = 20;
const POLL_MS = 1_000;
const HEARTBEAT_MS = 20_000;
const PROGRESS_EVERY_MS = 250;
/** Devices take a line of 65,536 characters for no event stream. */
const MAX_NEWS_CHARACTERS = 48_000;

export function createLive(deps: LiveDeps): Live {
  const { after, clock, pollMs = POLL_MS, heartbeatMs = HEARTBEAT_MS } = deps;
  const streams = new Map<UserId, Set<EventStream>>();
  const toldAt = new Map<GenerationId, number>();
  let isClosed = false;
  const endAll = () => {
    for (const mine of streams.values()) for (const stream of [...mine]) stream.end();
  };
  // A device that hears nothing asks by itself; one that is kept from it by a silent stream does not.
  const heads = createHeadWatch({ ...deps, pollMs, onBlind: endAll });

  function join(user: UserId, stream: EventStream): () => void {
    const mine = streams.get(user) ?? new Set();
    streams.set(user, mine.add(stream));
    return () => {
      mine.delete(stream);
      if (mine.size === 0) streams.delete(user);
    };
  }

  function keepAlive(stream: EventStream, isSignedIn: () => Promise<boolean>): () => void {
    let isOver = false;
    let cancel = after(heartbeatMs, () => void beat());
    const beat = async (): Promise<void> => {
      // Nobody took the last one: there is no one at the other end any more.
      const isDead = stream.isWaiting('heartbeat') || !(await isSignedIn().catch(() => true));
      if (isOver) return;
      if (isDead) return stream.end();
      stream.send('heartbeat', ':\n\n');
      cancel = after(heartbeatMs, () => void beat());
    };
    return () => {
      isOver = true;
      cancel();
    };
  }

  return {
    open: (user, isSignedIn) => {
      if ((streams.get(user)?.size ?? 0) >= MAX_STREAMS) return null;
      const stream = createEventStream(() => {
        for (const leave of leaves) leave();
      });
      const leaves = [
        join(user, stream),
        keepAlive(stream, isSignedIn),
        heads.watch(user, (head, news) => {
          stream.send('head', `${newsEvent(news)}event: head\ndata: ${head}\n\n`);
        }),
      ];
      if (isClosed) stream.end();
      return stream.body;
    },
    look: heads.look,
    progress: (user, generationId, progress) => {
      const now = clock();
      if (progress === null) toldAt.delete(generationId);
      else if (now - (toldAt.get(generationId) ?? 0) >= PROGRESS_EVERY_MS) {
        toldAt.set(generationId, now);
        const text = `event: progress\ndata: ${JSON.stringify({ generationId, progress })}\n\n`;
        for (const stream of streams.get(user) ?? []) stream.send(generationId, text);
      }
    },
    count: () => [...streams.values()].reduce((sum, mine) => sum + mine.size, 0),
    close: () => {
      isClosed = true;
      endAll();
    },
  };
}

function newsEvent(news: News | null): string {
  const data = news ? JSON.stringify(news) : '';
  return data !== '' && data.length <= MAX_NEWS_CHARACTERS ? `event: news\ndata: ${data}\n\n` : '';
}
