import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { PROTOCOL } from '../../../sync/protocol.ts';
import { signUp } from '../../../tests/support/person.ts';
import { startServer, type TestServer } from '../../../tests/support/server.ts';
import type { BenchVideo } from '../../rows.ts';
import type { Peer, PeerServer } from '../peer.ts';
import { chunks } from '../process.ts';
import { creationOf } from './creation.ts';

/** The real client code against the real server process, with accounts, sessions and jobs as they are. */
export const ours: Peer = {
  name: 'ours',
  title: 'VidFab',
  settings: 'the client and server of this commit, as shipped; libSQL file, WAL, synchronous=FULL',
  page: join(import.meta.dirname, 'page.ts'),
  pushPath: '/api/sync',
  startServer: start,
};

async function start(): Promise<PeerServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vidfab-bench-'));
  const server = await startServer({ env: { DATA_DIR: dataDir, LOG_LEVEL: 'error' } });
  const people = new Map<string, string>();
  const database = () => createClient({ url: `file:${join(dataDir, 'vidfab.db')}` });

  return {
    url: () => server.url.replace('localhost', '127.0.0.1'),
    pid: server.pid,
    identity: async () => {
      const person = await signUp((path, init) => fetch(new URL(path, server.url), withOrigin(init, server)));
      people.set(person.id, person.cookie);
      return { user: person.id, cookies: parseCookies(person.cookie) };
    },
    seed: async (user, rows) => {
      for (const part of chunks(rows, 400)) {
        await push(server, { user, cookie: people.get(user) ?? '', rows: part });
      }
      await server.kill();
      await settle(database());
      await server.restart();
    },
    count: async (user) => {
      const db = database();
      const { rows } = await db.execute({
        sql: `SELECT count(*) AS rows, count(*) - count(DISTINCT request_id) AS doubled FROM video
          WHERE user_id = ? AND purged_at IS NULL`,
        args: [user],
      });
      db.close();
      return { rows: Number(rows[0]?.rows), doubled: Number(rows[0]?.doubled) };
    },
    kill: server.kill,
    restart: server.restart,
    stop: async () => {
      await server.kill();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function push(
  server: TestServer,
  { user, cookie, rows }: { readonly user: string; readonly cookie: string; readonly rows: readonly BenchVideo[] },
): Promise<void> {
  const videos = rows.map((row) => ({ id: row.id, create: creationOf(row), set: {} }));
  const body = {
    protocol: PROTOCOL,
    user,
    device: '00000000000bench',
    cursor: null,
    head: null,
    limit: 1,
    push: { videos, generations: [] },
  };
  const reply = await fetch(`${server.url}/api/sync`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, origin: server.url },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`seed: ${reply.status} ${await reply.text()}`);
}

/** The bytes of these videos were stored long ago. */
async function settle(db: ReturnType<typeof createClient>): Promise<void> {
  await db.batch(
    [
      `UPDATE video SET media_state = 'stored', media_error = NULL,
        bytes = creation ->> '$.bytes', sha256 = creation ->> '$.sha256', codec = creation ->> '$.codec',
        poster_at = creation ->> '$.posterAt', stored_at = creation ->> '$.storedAt',
        width = creation ->> '$.width', height = creation ->> '$.height', duration_ms = creation ->> '$.durationMs'`,
      `UPDATE video SET creation =
        json_remove(creation, '$.bytes', '$.sha256', '$.codec', '$.posterAt', '$.storedAt')`,
      'DELETE FROM ingest_job',
    ],
    'write',
  );
  db.close();
}

function withOrigin(init: RequestInit | undefined, server: TestServer): RequestInit {
  const headers = new Headers(init?.headers);
  headers.set('origin', server.url);
  return { ...init, headers };
}

function parseCookies(line: string) {
  return line.split('; ').map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1) };
  });
}
