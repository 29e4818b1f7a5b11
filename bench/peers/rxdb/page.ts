import { createRxDatabase, type RxCollection } from 'rxdb';
import { type RxReplicationState, replicateRxCollection } from 'rxdb/plugins/replication';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { filter, firstValueFrom, Subject } from 'rxjs';
import { now } from '../../page-api.ts';
import { makeVideos } from '../../rows.ts';

const BATCH = 1000;

interface Doc {
  readonly id: string;
  readonly createdAt: number;
  readonly title: string | null;
  readonly updatedAt: number;
}
interface Checkpoint {
  readonly id: string;
  readonly updatedAt: number;
}

const text = { type: ['string', 'null'] };
const number = { type: ['number', 'null'] };
const schema = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 36 },
    createdAt: { type: 'number', minimum: 0, maximum: 2 ** 47, multipleOf: 1 },
    updatedAt: number,
    title: text,
    favorite: { type: 'boolean' },
    origin: text,
    generationId: text,
    outputIndex: number,
    provider: text,
    model: text,
    requestId: text,
    originalUrl: text,
    prompt: text,
    params: { type: 'object', additionalProperties: true },
    width: number,
    height: number,
    durationMs: number,
    contentType: text,
    thumbhash: text,
    mediaState: text,
    bytes: number,
    sha256: text,
    posterAt: number,
    storedAt: number,
    codec: text,
  },
  required: ['id', 'createdAt'],
  // The one order that the gallery needs.
  indexes: ['createdAt'],
} as const;

let videos: RxCollection<Doc>;
let replication: RxReplicationState<Doc, Checkpoint>;

function replicate(live: boolean): void {
  const stream = new Subject<{ documents: never[]; checkpoint: Checkpoint } | 'RESYNC'>();
  replication = replicateRxCollection<Doc, Checkpoint>({
    collection: videos,
    replicationIdentifier: 'bench-http',
    live,
    waitForLeadership: false,
    retryTime: 2000,
    pull: {
      batchSize: BATCH,
      stream$: stream.asObservable(),
      handler: async (checkpoint, batchSize) => {
        const { id = '', updatedAt = 0 } = checkpoint ?? {};
        return (await fetch(`/pull?id=${id}&updatedAt=${updatedAt}&limit=${batchSize}`)).json();
      },
    },
    push: {
      batchSize: BATCH,
      handler: async (rows) => {
        const headers = { 'content-type': 'application/json' };
        return (await fetch('/push', { method: 'POST', headers, body: JSON.stringify(rows) })).json();
      },
    },
  });
  if (!live) return;
  const source = new EventSource('/pullStream');
  source.onmessage = (event) => stream.next(JSON.parse(event.data));
  source.onerror = () => stream.next('RESYNC');
}

window.bench = {
  open: async () => {
    const database = await createRxDatabase({ name: 'bench', storage: getRxStorageDexie(), multiInstance: false });
    const collections = await database.addCollections({ videos: { schema } });
    videos = collections.videos;
  },
  firstSync: async () => {
    const started = performance.now();
    replicate(false);
    await replication.awaitInitialReplication();
    return performance.now() - started;
  },
  addPending: async (seed, count) => {
    const rows = makeVideos(seed, count).map((row) => ({ ...row, title: null, favorite: false, updatedAt: 0 }));
    const { error } = await videos.bulkInsert(rows);
    if (error.length > 0) throw new Error(JSON.stringify(error[0]));
  },
  push: async () => {
    const started = performance.now();
    replicate(false);
    await replication.awaitInitialReplication();
    return performance.now() - started;
  },
  count: () => videos.count().exec(),
  has: async (id) => (await videos.findOne(id).exec()) !== null,
  pending: async () => 0,
  live: async () => {
    replicate(true);
    await replication.awaitInitialReplication();
  },
  edit: async (id, title) => {
    const at = now();
    const doc = await videos.findOne(id).exec(true);
    await doc.incrementalPatch({ title });
    return at;
  },
  seen: async (id, title) => {
    await firstValueFrom(videos.findOne(id).$.pipe(filter((doc) => doc?.title === title)));
    return now();
  },
};
