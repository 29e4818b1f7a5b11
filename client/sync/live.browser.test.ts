import * as v from 'valibot';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type UserId, UserIdSchema } from '../../sync/ids.ts';
import { createLive, type Live, type LiveState } from './live.ts';
import { type FakeEvents, stubEvents } from './testing/fake-events.ts';

const GENERATION = '01a20a45-28cd-7a45-b87d-65f4a5106370';
/** A minute of silence is 600 ms. */
const BRISK = 100;
/** What the person does is all that happens. */
const STILL = 0.001;

/** One tab of a browser: its page's services would call it like this. */
interface Tab {
  readonly live: Live;
  readonly states: LiveState[];
  readonly heads: string[];
  readonly news: string[];
  readonly progress: [string, number][];
  lost: number;
  onLost: () => void;
  visible: boolean;
  signedIn: boolean;
  readonly close: () => void;
}

let events: FakeEvents;
let user: UserId;
const tabs: Tab[] = [];
beforeEach(() => {
  events = stubEvents();
  user = v.parse(UserIdSchema, crypto.randomUUID());
});
afterEach(() => {
  for (const tab of tabs.splice(0)) tab.close();
  vi.unstubAllGlobals();
});

function openTab(tempo: number, options: { readonly visible?: boolean } = {}): Tab {
  const closed = new AbortController();
  const seen: Omit<Tab, 'live'> = {
    states: [],
    heads: [],
    news: [],
    progress: [],
    lost: 0,
    onLost: () => undefined,
    visible: options.visible ?? true,
    signedIn: true,
    close: () => closed.abort(),
  };
  const live = createLive({
    user,
    signal: closed.signal,
    tempo,
    isSignedIn: () => seen.signedIn,
    isVisible: () => seen.visible,
    onState: (state) => seen.states.push(state),
    onHead: (head, first) => seen.heads.push(`${head}${first ? '' : ' by another tab'}`),
    onNews: ({ to }) => seen.news.push(to.head),
    onProgress: (...told) => seen.progress.push([...told]),
    onLost: () => {
      seen.lost++;
      seen.onLost();
    },
  });
  const tab = Object.assign(seen, { live });
  tabs.push(tab);
  return tab;
}

async function streamsAsked(count: number): Promise<FakeEvents['streams'][number]> {
  await expect.poll(() => events.streams.length).toBeGreaterThanOrEqual(count);
  const stream = events.streams[count - 1];
  if (!stream) throw new Error('no stream');
  return stream;
}

test('is connected with the first event, and tells of heads and progress however they are cut', async () => {
  const tab = openTab(STILL);
  const stream = await streamsAsked(1);
  const passedOn: unknown[] = [];
  const others = new BroadcastChannel(`vidfab-live-${user}`);
  others.onmessage = ({ data }) => passedOn.push(data);
  expect(tab.states).toEqual(['connecting']);
  expect([stream.headers.get('x-vidfab-user'), stream.redirect]).toEqual([user, 'error']);
  stream.send(':\n\nevent: head\ndata: 7.abc\n\n', 1);
  const progress = `{"generationId":"${GENERATION}","progress":0.5,"note":"ünïcode 🎬"}`;
  stream.send(`event: progress\ndata: ${progress}\n\n`, 1);
  await expect.poll(() => tab.progress).toEqual([[GENERATION, 0.5]]);
  await expect.poll(() => passedOn).toContainEqual(['progress', progress]);
  others.close();
  expect(tab.heads).toEqual(['7.abc']);
  expect(tab.states).toEqual(['connecting', 'connected']);
});

test('[PULL-6] news is for the tab with the stream alone, and comes before its head', async () => {
  const first = openTab(STILL);
  const stream = await streamsAsked(1);
  const second = openTab(STILL);
  const news = {
    epoch: '0123456789abcdef',
    from: { head: '1.a', cursor: 'c.e.1' },
    to: { head: '2.b', cursor: 'c.e.2' },
    changes: { videos: [], generations: [] },
  };
  stream.event('news', JSON.stringify(news));
  stream.event('news', JSON.stringify({ ...news, changes: {} }));
  stream.event('head', '2.b');
  await expect.poll(() => second.heads).toEqual(['2.b by another tab']);
  expect([first.news, first.heads, second.news]).toEqual([['2.b'], ['2.b'], []]);
});

test('passes over events that it does not know or that are wrong', async () => {
  const tab = openTab(STILL);
  const stream = await streamsAsked(1);
  for (const [name, data] of [
    ['head', 'nonsense'],
    ['head', ''],
    ['progress', '{"generationId":5}'],
    ['progress', 'not JSON'],
    ['news', '1.a'],
    ['gossip', '1.a'],
    ['head', '1.a'],
  ] as const) {
    stream.event(name, data);
  }
  await expect.poll(() => tab.heads).toEqual(['1.a']);
  expect(tab.progress).toEqual([]);
});

test('two tabs have one stream, and both hear what comes over it', async () => {
  const first = openTab(STILL);
  const stream = await streamsAsked(1);
  const second = openTab(STILL);
  stream.event('head', '1.a');
  await expect.poll(() => second.states.at(-1)).toBe('connected');
  const third = openTab(STILL);
  // Told without waiting for an event.
  await expect.poll(() => third.states.at(-1)).toBe('connected');
  stream.event('head', '2.b');
  stream.event('progress', JSON.stringify({ generationId: GENERATION, progress: 0.25 }));
  for (const tab of [first, second, third]) await expect.poll(() => tab.progress).toEqual([[GENERATION, 0.25]]);
  expect(first.heads).toEqual(['1.a', '2.b']);
  expect(third.heads).toEqual(['2.b by another tab']);
  expect(events.streams).toHaveLength(1);
});

test('the tab with the stream is closed: the next in line takes over', async () => {
  const first = openTab(STILL);
  (await streamsAsked(1)).event('head', '1.a');
  const second = openTab(STILL);
  await expect.poll(() => second.states.at(-1)).toBe('connected');
  first.close();
  (await streamsAsked(2)).event('head', '2.b');
  await expect.poll(() => second.heads.at(-1)).toBe('2.b');
  expect(events.open()).toHaveLength(1);
});

test('a tab that is hidden for long gives the stream to one that is looked at', async () => {
  const [first, second] = [openTab(20), openTab(20)];
  await streamsAsked(1);
  first.visible = false;
  first.live.wake();
  events.streams[0]?.send(':\n\n');
  await expect.poll(() => first.states.at(-1), { timeout: 10_000 }).toBe('off');
  (await streamsAsked(2)).event('head', '2.b');
  await expect.poll(() => second.heads.at(-1)).toBe('2.b');
  expect(events.open()).toHaveLength(1);
  first.visible = true;
  first.live.wake();
  await expect.poll(() => first.states.at(-1)).toBe('connected');
  expect(events.open()).toHaveLength(1);
});

test('a tab that is hidden for a moment keeps it', async () => {
  const tab = openTab(1);
  await streamsAsked(1);
  tab.visible = false;
  tab.live.wake();
  await new Promise((resolve) => setTimeout(resolve, 100));
  tab.visible = true;
  tab.live.wake();
  expect([events.streams.length, events.open().length]).toEqual([1, 1]);
});

test('a page that was never looked at opens none', async () => {
  const tab = openTab(STILL, { visible: false });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect([events.streams.length, tab.states]).toEqual([0, []]);
  tab.visible = true;
  tab.live.wake();
  await streamsAsked(1);
});

test('a frozen tab that keeps the lock loses it to one that is looked at', async () => {
  let thaw = () => {};
  const frozen = navigator.locks.request(
    `vidfab-live-${user}`,
    () =>
      new Promise<void>((resolve) => {
        thaw = resolve;
      }),
  );
  const tab = openTab(BRISK);
  await expect(frozen).rejects.toMatchObject({ name: 'AbortError' });
  (await streamsAsked(1)).event('head', '1.a');
  await expect.poll(() => tab.states.at(-1)).toBe('connected');
  thaw();
});

test('one that lost its turn gives up its stream and queues again', async () => {
  const tab = openTab(10);
  await streamsAsked(1);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const thief = navigator.locks.request(`vidfab-live-${user}`, { steal: true }, () => held);
  await expect.poll(() => events.open().length).toBe(0);
  release();
  await thief;
  (await streamsAsked(2)).event('head', '2.b');
  await expect.poll(() => tab.states.at(-1)).toBe('connected');
});

test('a stream that ends is opened again with a wait that grows, and the runner is told', async () => {
  const tab = openTab(BRISK);
  const [asked, failed] = [(n: number) => streamsAsked(n), () => new Error('no network')];
  (await asked(1)).event('head', '1.a');
  await expect.poll(() => tab.states.at(-1)).toBe('connected');
  events.answer = failed;
  const end = performance.now();
  events.streams[0]?.end();
  await asked(4);
  const times = [end, ...events.streams.slice(1, 4).map(({ at }) => at)];
  // 2, 4 and 6 seconds at a hundredth.
  expect(times.slice(1).map((time, n) => time - (times[n] ?? 0) >= 20 * (n + 1) - 2)).toEqual([true, true, true]);
  expect([tab.lost, tab.states]).toEqual([1, ['connecting', 'connected', 'connecting']]);
  events.answer = null;
  const { length } = events.streams;
  (await asked(length + 1)).event('head', '1.a');
  await expect.poll(() => tab.states.at(-1)).toBe('connected');
});

test('silence for a minute is a dead stream, whatever the socket claims', async () => {
  const tab = openTab(20);
  const stream = await streamsAsked(1);
  stream.event('head', '1.a');
  // Heartbeats keep it for longer than the three seconds that a minute is here.
  for (let n = 0; n < 8; n++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    stream.send(':\n\n');
  }
  expect(events.streams).toHaveLength(1);
  await expect.poll(() => events.streams.length, { timeout: 10_000 }).toBe(2);
  expect([stream.isOpen(), tab.lost]).toEqual([false, 1]);
});

test('a server that never answers the request is given up as well', async () => {
  openTab(BRISK);
  const first = await streamsAsked(1);
  await streamsAsked(2);
  expect(first.isOpen()).toBe(false);
});

test('the network changed: connects anew at once, in a wait too', async () => {
  const tab = openTab(STILL);
  const first = await streamsAsked(1);
  first.event('head', '1.a');
  await expect.poll(() => tab.states.at(-1)).toBe('connected');
  tab.live.restart();
  const second = await streamsAsked(2);
  expect(first.isOpen()).toBe(false);
  // From here it would wait for half an hour.
  second.end();
  await expect.poll(() => tab.states.at(-1)).toBe('connecting');
  tab.live.restart();
  const third = await streamsAsked(3);
  third.end();
  await expect.poll(() => events.open().length).toBe(0);
  tab.live.wake();
  (await streamsAsked(4)).event('head', '2.b');
  await expect.poll(() => tab.states.at(-1)).toBe('connected');
});

test.each([
  ['a page of a captive portal', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
  ['JSON', () => Response.json({ event: 'head' })],
  ['too many streams', () => new Response('{}', { status: 429, headers: { 'content-type': 'text/event-stream' } })],
])('%s is no stream', async (_, answer) => {
  events.answer = answer;
  const tab = openTab(BRISK);
  await streamsAsked(3);
  expect([tab.states, tab.heads, tab.lost]).toEqual([['connecting'], [], 0]);
});

test('Retry-After is honoured', async () => {
  events.answer = () => new Response('', { status: 429, headers: { 'retry-after': '30' } });
  openTab(BRISK);
  await streamsAsked(2);
  const [first, second] = events.streams.map(({ at }) => at);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(295);
});

test('401: the runner is told, and nothing is asked until the session is back', async () => {
  events.answer = () => Response.json({ code: 'unauthorized' }, { status: 401 });
  const tab = openTab(BRISK);
  tab.onLost = () => {
    // What the runner's own 401 leads to.
    tab.signedIn = false;
    tab.live.wake();
  };
  await expect.poll(() => tab.states.at(-1)).toBe('off');
  const asked = events.streams.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect([events.streams.length, tab.lost, tab.states.at(-1)]).toEqual([asked, 1, 'off']);
  events.answer = null;
  tab.signedIn = true;
  tab.live.wake();
  (await streamsAsked(asked + 1)).event('head', '1.a');
  await expect.poll(() => tab.states.at(-1)).toBe('connected');
});

test('before it is frozen a page gives the stream and the lock back', async () => {
  const tab = openTab(STILL);
  await streamsAsked(1);
  tab.live.pause();
  await expect.poll(() => events.open().length).toBe(0);
  await navigator.locks.request(`vidfab-live-${user}`, { ifAvailable: true }, (lock) => {
    expect(lock).not.toBeNull();
  });
  tab.live.wake();
  await streamsAsked(2);
});
