import * as v from 'valibot';
import { type GenerationId, GenerationIdSchema, type Head, HeadSchema, type UserId } from '../../sync/ids.ts';
import { type News, NewsSchema } from '../../sync/protocol.ts';
import { createLiveConnection } from './live-connection.ts';

/** `off`: nobody looks, or the session has ended. */
export type LiveState = 'connected' | 'connecting' | 'off';

export interface Live {
  /** Someone looks or looks away, or the session ended or is back. */
  readonly wake: () => void;
  /** The network changed. */
  readonly restart: () => void;
  /** Gives everything back until it is woken: this page is about to be frozen. */
  readonly pause: () => void;
}

export interface LiveDeps {
  readonly user: UserId;
  /** Aborting it ends everything. */
  readonly signal: AbortSignal;
  readonly isSignedIn: () => boolean;
  readonly isVisible: () => boolean;
  readonly onState: (state: LiveState) => void;
  /** @param first this tab was the first to hear of it; the others of this browser share its database */
  readonly onHead: (head: Head, first: boolean) => void;
  /** What changed; in the tab with the stream alone, and before the head that it leads to. */
  readonly onNews: (news: News) => void;
  readonly onProgress: (id: GenerationId, progress: number) => void;
  /** This tab's stream broke, or the server refused it one. */
  readonly onLost: () => void;
  /** How fast time goes, for tests. */
  readonly tempo?: number;
}

/** A hidden page spares the battery after this long. */
const HIDDEN_MS = 60_000;
/** How often the tab with the stream says so, and how long a visible one waits for that before it takes over. */
const BEAT_MS = 10_000;
const FROZEN_MS = 30_000;
/** Before a tab that lost its turn queues again. */
const AGAIN_MS = 1_000;

const MessageSchema = v.tuple([v.string(), v.string()]);
const StateSchema = v.picklist(['connected', 'connecting']);
const ProgressSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ generationId: GenerationIdSchema, progress: v.number() }),
);

const ToldSchema = v.pipe(v.string(), v.parseJson(), NewsSchema);

/**
 * Hears what happens at the server as it happens. Of all tabs of this browser one has the stream,
 * under a Web Lock that the others queue for, and passes on what it hears: HTTP/1.1 allows six
 * connections in all.
 */
export function createLive(deps: LiveDeps): Live {
  const { user, signal, isSignedIn, isVisible, onState, onLost, tempo = 1 } = deps;
  const name = `vidfab-live-${user}`;
  const channel = new BroadcastChannel(name);
  let state: LiveState = 'off';
  /** From the queue for the stream until it is given back. */
  let turn: AbortController | null = null;
  let hasStream = false;
  let silentMs = 0;
  let hiding: ReturnType<typeof setTimeout> | undefined;

  const say = (what: string, data: string) => {
    if (!signal.aborted) channel.postMessage([what, data]);
  };
  const become = (next: LiveState) => {
    if (hasStream) say('state', next);
    if (next === state) return;
    state = next;
    onState(next);
  };
  const hear = (what: string, data: string, first: boolean) => {
    const head = v.safeParse(HeadSchema, data);
    if (what === 'head' && head.success) deps.onHead(head.output, first);
    const told = v.safeParse(ProgressSchema, data);
    if (what === 'progress' && told.success) deps.onProgress(told.output.generationId, told.output.progress);
  };
  const connection = createLiveConnection({
    user,
    tempo,
    onLost,
    onState: become,
    onEvent: (what, data) => {
      if (what !== 'news') {
        say(what, data);
        return hear(what, data, true);
      }
      // For the database that all tabs share; news of a kind that this app does not know is left to the exchange.
      const news = v.safeParse(ToldSchema, data);
      if (news.success) deps.onNews(news.output);
    },
  });

  channel.addEventListener('message', (event: MessageEvent<unknown>) => {
    const message = v.safeParse(MessageSchema, event.data);
    if (!message.success || !turn) return;
    const [what, data] = message.output;
    if (hasStream) return what === 'hello' ? say('state', state) : undefined;
    if (what !== 'hello') silentMs = 0;
    const told = v.safeParse(StateSchema, data);
    if (what === 'state' && told.success) become(told.output);
    hear(what, data, false);
  });

  const hold = async (mine: AbortSignal): Promise<void> => {
    if (mine.aborted) return;
    hasStream = true;
    const beating = setInterval(() => say('state', state), BEAT_MS / tempo);
    await connection.run(mine);
    clearInterval(beating);
  };

  const enter = async (steal = false): Promise<void> => {
    const mine = new AbortController();
    turn = mine;
    silentMs = 0;
    become('connecting');
    say('hello', '');
    const how = steal ? { steal } : { signal: mine.signal };
    // Where there are no locks every tab has a stream of its own.
    const held = 'locks' in navigator ? navigator.locks.request(name, how, () => hold(mine.signal)) : hold(mine.signal);
    // It ends with this tab's own will, or since another one took it for frozen.
    await held.catch(() => undefined);
    if (turn !== mine) return;
    leave();
    setTimeout(wake, AGAIN_MS / tempo);
  };

  const leave = () => {
    turn?.abort();
    turn = null;
    hasStream = false;
    become('off');
    clearTimeout(hiding);
    hiding = undefined;
  };

  const wake = () => {
    if (signal.aborted || !isSignedIn()) return leave();
    if (!isVisible()) {
      hiding ??= setTimeout(leave, HIDDEN_MS / tempo);
      return;
    }
    clearTimeout(hiding);
    hiding = undefined;
    if (turn) connection.hurry();
    else void enter();
  };

  // Counted, not measured: time that this page itself spent frozen is no silence of the other.
  const counting = setInterval(
    () => {
      if (!turn || hasStream || !isVisible()) return;
      silentMs += BEAT_MS / 2;
      if (silentMs < FROZEN_MS) return;
      leave();
      void enter(true);
    },
    BEAT_MS / 2 / tempo,
  );
  signal.addEventListener('abort', () => {
    leave();
    clearInterval(counting);
    channel.close();
  });
  wake();
  return {
    wake,
    restart: () => {
      connection.restart();
      wake();
    },
    pause: leave,
  };
}
