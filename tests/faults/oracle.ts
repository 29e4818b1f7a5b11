/** Lost 0, doubled 0, stuck 0: what devices hold, row by row beside the server's own database file. */
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { GenerationRecord, VideoRecord } from '../../client/data/database.ts';
import { readTable } from '../support/library.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { kick } from './running-app.ts';

/** A row as both sides must have it. */
export interface PlainRow {
  readonly id: string;
  readonly create: unknown;
  readonly fields: Readonly<Record<string, readonly unknown[]>>;
  readonly rev: number | null;
  readonly server: Readonly<Record<string, unknown>>;
}

export interface Library {
  readonly videos: readonly PlainRow[];
  readonly generations: readonly PlainRow[];
}

/** What a device holds, in the order of ids. */
export async function libraryOf(page: Page): Promise<Library> {
  const plain = ({ id, create, fields, received }: VideoRecord | GenerationRecord): PlainRow => {
    const { mediaState, sha256, status, requestId } = { ...emptyServer, ...received?.server };
    return { id, create, fields, rev: received?.rev ?? null, server: { mediaState, sha256, status, requestId } };
  };
  return {
    videos: (await readTable<VideoRecord>(page, 'videos')).map(plain).sort(byId),
    generations: (await readTable<GenerationRecord>(page, 'generations')).map(plain).sort(byId),
  };
}

const emptyServer = { mediaState: null, sha256: null, status: null, requestId: null };

/** What the server's database file holds of everyone, past the server. */
export async function libraryIn(server: TestServer): Promise<Library> {
  const plain = (row: Row): PlainRow => ({
    id: String(row.id),
    create: JSON.parse(String(row.creation)),
    fields: JSON.parse(String(row.fields)),
    rev: Number(row.rev),
    server: {
      mediaState: row.media_state ?? null,
      sha256: row.sha256 ?? null,
      status: row.status ?? null,
      requestId: row.media_state === undefined ? (row.request_id ?? null) : null,
    },
  });
  const rows = async (table: string) =>
    (await query(server, `SELECT * FROM ${table} WHERE purged_at IS NULL ORDER BY id`)).map(plain).sort(byId);
  return { videos: await rows('video'), generations: await rows('generation') };
}

function byId(a: PlainRow, b: PlainRow): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

/**
 * Asks the server's database file, past the server. Not through libSQL's driver: it lets go of a file
 * when its garbage is collected, and who restores a backup must find nobody at it.
 */
export async function query({ dataDir }: TestServer, sql: string): Promise<readonly Row[]> {
  const db = new DatabaseSync(join(dataDir, 'vidfab.db'), { readOnly: true, timeout: 5_000 });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

type Row = Readonly<Record<string, SQLOutputValue>>;

/** What keeps a device from being at rest: unsent rows, rows refused, videos not stored, generations under way. */
export async function unrest(page: Page): Promise<readonly string[]> {
  const videos = await readTable<VideoRecord>(page, 'videos');
  const generations = await readTable<GenerationRecord>(page, 'generations');
  const settled: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled']);
  return [
    ...videos.filter(({ dirty }) => dirty === 1).map(({ id }) => `video ${id} unsent`),
    ...videos.filter(({ rejection }) => rejection).map(({ id, rejection }) => `video ${id} ${rejection?.message}`),
    ...videos
      .filter(({ create, saveState }) => create.originalUrl !== null && saveState !== 'synced')
      .map(({ id, saveState, received }) => `video ${id} ${saveState} ${received?.server.mediaState}`),
    ...generations.filter(({ dirty }) => dirty === 1).map(({ id }) => `generation ${id} unsent`),
    ...generations
      .filter(({ received }) => !settled.has(received?.server.status ?? 'new'))
      .map(({ id, received }) => `generation ${id} ${received?.server.status}`),
  ];
}

/** Stuck 0: with a good network every device comes to rest within the time given. */
export async function expectAtRest(pages: readonly Page[], timeout = 60_000): Promise<void> {
  for (const page of pages) {
    const look = async () => {
      const reasons = await unrest(page);
      if (reasons.length > 0) await kick(page);
      return reasons;
    };
    await until(look, (reasons) => reasons.length === 0, timeout);
  }
}

/** Lost 0, doubled 0: each device holds exactly the rows that the server's file holds, member for member. */
export async function expectSameLibrary(server: TestServer, pages: readonly Page[], timeout = 30_000): Promise<void> {
  for (const page of pages) {
    const look = async () => differences(await libraryOf(page), await libraryIn(server));
    const end = Date.now() + timeout;
    let left = await look();
    for (let rest = 25; left.length > 0 && Date.now() < end; rest = Math.min(500, rest * 2)) {
      await kick(page);
      await new Promise((resolve) => setTimeout(resolve, rest));
      left = await look();
    }
    expect(left).toEqual([]);
  }
}

/** The rows that are not the same on both sides, null where one has none. */
function differences(here: Library, there: Library) {
  return (['videos', 'generations'] as const).flatMap((kind) => {
    const [mine, theirs] = [here, there].map((side) => new Map(side[kind].map((row) => [row.id, row])));
    const ids = [...new Set([...here[kind], ...there[kind]].map(({ id }) => id))];
    const pairs = ids.map((id) => ({ kind, here: mine?.get(id) ?? null, there: theirs?.get(id) ?? null }));
    return pairs.filter((pair) => !isDeepStrictEqual(pair.here, pair.there));
  });
}

/** How often each generation was submitted to the provider, by the server's log. */
export function submissions(server: TestServer): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of server.log().split('\n')) {
    if (!line.includes('"submitting"')) continue;
    const { id, to } = JSON.parse(line);
    if (to === 'submitting') counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}
