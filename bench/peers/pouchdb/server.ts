/** express-pouchdb over PouchDB's LevelDB adapter: the CouchDB protocol on Node. */
import { join } from 'node:path';
import express from 'express';
import expressPouchdb from 'express-pouchdb';
import PouchDB from 'pouchdb-node';
import type { BenchVideo } from '../../rows.ts';

const dataDir = process.env.DATA_DIR ?? '.';
const Stored = PouchDB.defaults({ prefix: `${dataDir}/` });
// First, since it notes which databases there are as they are made.
const couch = expressPouchdb(Stored, {
  mode: 'minimumForPouchDB',
  configPath: join(dataDir, 'config.json'),
  logPath: join(dataDir, 'log.txt'),
});
const db = new Stored('videos');
await db.info();

const app = express();
app.post('/__admin/seed', express.json({ limit: '64mb' }), async (request, reply) => {
  const videos: BenchVideo[] = request.body;
  await db.bulkDocs(videos.map(({ id, ...video }) => ({ _id: id, ...video, title: null, favorite: false })));
  reply.sendStatus(204);
});
app.get('/__admin/count', async (_request, reply) => {
  const { rows } = await db.allDocs({ include_docs: true });
  const docs = rows.filter(({ id }) => !id.startsWith('_'));
  const distinct = new Set(docs.map(({ doc }) => doc?.requestId));
  reply.json({ rows: docs.length, doubled: docs.length - distinct.size });
});
app.use(couch);
const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  process.stdout.write(`ready: http://127.0.0.1:${address.port}\n`);
});
