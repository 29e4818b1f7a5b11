import PouchDB from 'pouchdb-browser';
import { now } from '../../page-api.ts';
import { makeVideos } from '../../rows.ts';

const BATCHES = { batch_size: 1000, batches_limit: 10 };

let db: PouchDB;
const remote = () => new PouchDB(`${location.origin}/videos`, { skip_setup: true });

window.bench = {
  open: async () => {
    db = new PouchDB('videos', { adapter: 'idb', auto_compaction: true });
    await db.info();
  },
  firstSync: async () => {
    const started = performance.now();
    await db.replicate.from(remote(), BATCHES);
    return performance.now() - started;
  },
  addPending: async (seed, count) => {
    const docs = makeVideos(seed, count).map(({ id, ...video }) => ({
      _id: id,
      ...video,
      title: null,
      favorite: false,
    }));
    await db.bulkDocs(docs);
  },
  push: async () => {
    const started = performance.now();
    const { doc_write_failures } = await db.replicate.to(remote(), BATCHES);
    if (doc_write_failures > 0) throw new Error(`${doc_write_failures} documents were refused`);
    return performance.now() - started;
  },
  count: async () => (await db.info()).doc_count,
  has: async (id) => (await db.get(id))._id === id,
  pending: async () => 0,
  live: () =>
    new Promise((resolve) => {
      const syncing = db.sync(remote(), { ...BATCHES, live: true, retry: true });
      syncing.on('paused', (error) => {
        if (!error) resolve();
      });
    }),
  edit: async (id, title) => {
    const at = now();
    await db.put({ ...(await db.get(id)), title });
    return at;
  },
  seen: (id, title) =>
    new Promise((resolve, reject) => {
      const look = async () => {
        if ((await db.get(id)).title !== title) return;
        resolve(now());
        changes.cancel();
      };
      const changes = db.changes({ live: true, since: 'now', doc_ids: [id] });
      changes.on('change', () => void look().catch(reject));
      look().catch(reject);
    }),
};
