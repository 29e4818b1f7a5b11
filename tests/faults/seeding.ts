/** What there is to work on: films to ask for, and rows that another device of the person would have pushed. */
import { getRandomValues } from 'node:crypto';
import type { Page } from 'playwright-core';
import { uuidv7 } from '../../sync/ids.ts';
import { MAX_PUSH_ROWS, PROTOCOL } from '../../sync/protocol.ts';

/** What the built-in renderer makes fastest. */
export const FILM = { provider: 'local', model: 'local/film', params: { aspectRatio: '1:1' } };
/** A model that nobody offers is refused by the provider: a whole life without a film. */
export const NO_FILM = { provider: 'local', model: 'no such model', params: {} };

/** Pushes so many imported videos, each a minute older than the one before, with the session of the page. */
export async function pushImports(page: Page, count: number): Promise<readonly string[]> {
  const now = Date.now();
  const videos = Array.from({ length: count }, (_, index) => ({
    id: uuidv7(now - index, getRandomValues(new Uint8Array(10))),
    create: { origin: 'imported', prompt: `Import ${index}`, createdAt: now - index * 60_000 },
    set: {},
  }));
  const user = await page.evaluate(async () => (await (await fetch('/api/auth/get-session')).json()).user.id);
  for (let at = 0; at < count; at += MAX_PUSH_ROWS) {
    const push = { videos: videos.slice(at, at + MAX_PUSH_ROWS), generations: [] };
    await post(page, {
      protocol: PROTOCOL,
      user,
      device: 'seeding000000000',
      cursor: null,
      head: null,
      limit: 1,
      push,
    });
  }
  return videos.map(({ id }) => id);
}

async function post(page: Page, request: unknown): Promise<void> {
  const status = await page.evaluate(async (body) => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch('/api/sync', { method: 'POST', headers, body })).status;
  }, JSON.stringify(request));
  if (status !== 200) throw new Error(`seeding met ${status}`);
}
