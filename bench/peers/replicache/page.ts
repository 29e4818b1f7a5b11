import { Replicache, type WriteTransaction } from 'replicache';
import { now } from '../../page-api.ts';
import { type BenchVideo, makeVideos } from '../../rows.ts';

const NAME = 'bench';
const PERSIST_MS = 3_000;

type Video = BenchVideo & { readonly title: string | null; readonly favorite: boolean };
/** As a mapped type, since an interface is no JSON object to Replicache. */
type Stored = { readonly [Name in keyof Video]: Video[Name] };

const mutators = {
  put: (tx: WriteTransaction, video: Stored) => tx.set(`video/${video.id}`, video),
  setTitle: async (tx: WriteTransaction, { id, title }: { readonly id: string; readonly title: string }) => {
    const video = await tx.get<Stored>(`video/${id}`);
    if (video) await tx.set(`video/${id}`, { ...video, title });
  },
};

let rep: Replicache<typeof mutators>;
/** Nothing goes out before the bench says so. */
let gate = closedGate();

async function post(path: string, body: unknown) {
  await gate.opened;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  const httpRequestInfo = { httpStatusCode: response.status, errorMessage: response.ok ? '' : await response.text() };
  return { httpRequestInfo, response: response.ok ? await response.json() : undefined };
}

function count(): Promise<number> {
  return rep.query(async (tx) => (await tx.scan({ prefix: 'video/' }).keys().toArray()).length);
}

function listen(): Promise<void> {
  const source = new EventSource('/poke');
  source.onmessage = () => void rep.pull({ now: true });
  // It gives up for good after an answer that is no stream of events.
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(() => void listen(), 1000);
  };
  return new Promise((resolve) => {
    source.onopen = () => resolve();
  });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

window.bench = {
  open: async () => {
    rep = new Replicache({
      name: NAME,
      mutators,
      pullInterval: null,
      logLevel: 'error',
      puller: (body) => post('/pull', body),
      pusher: async (body) => ({ httpRequestInfo: (await post('/push', body)).httpRequestInfo }),
    });
    await rep.clientGroupID;
  },
  firstSync: async (wanted) => {
    // It reads into memory first; what survives a reload is what it has persisted since.
    const persisted = new BroadcastChannel(`replicache-on-persist:${NAME}`);
    let persistedAt = 0;
    persisted.onmessage = () => {
      persistedAt = performance.now();
    };
    const started = performance.now();
    gate.open();
    await until(async () => (await count()) === wanted);
    const seenAt = performance.now();
    // Where it persisted before it was seen nothing follows; the bench looks after a reload whether all is there.
    await until(async () => persistedAt > seenAt || performance.now() - seenAt > PERSIST_MS);
    return Math.max(persistedAt, seenAt) - started;
  },
  addPending: async (seed, wanted) => {
    gate = closedGate();
    for (const video of makeVideos(seed, wanted)) await rep.mutate.put({ ...video, title: null, favorite: false });
  },
  push: async () => {
    await listen();
    const started = performance.now();
    gate.open();
    await until(async () => (await rep.experimentalPendingMutations()).length === 0);
    return performance.now() - started;
  },
  count,
  has: (id) => rep.query((tx) => tx.has(`video/${id}`)),
  pending: async () => (await rep.experimentalPendingMutations()).length,
  live: async () => {
    gate.open();
    await listen();
    await rep.pull({ now: true });
  },
  edit: async (id, title) => {
    const at = now();
    await rep.mutate.setTitle({ id, title });
    return at;
  },
  seen: (id, title) =>
    new Promise((resolve) => {
      const stop = rep.subscribe(
        async (tx) => (await tx.get<Stored>(`video/${id}`))?.title === title,
        (is) => {
          if (!is) return;
          resolve(now());
          queueMicrotask(() => stop());
        },
      );
    }),
};

function closedGate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
