import * as v from 'valibot';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EpochSchema, UserIdSchema, uuidv7, type VideoId, VideoIdSchema } from '../../sync/ids.ts';
import { newVideoRow } from '../../sync/local-row.ts';
import { VideoCreateSchema } from '../../sync/records.ts';
import type { UserDatabase } from '../data/database.ts';
import { videoRecord } from '../data/records.ts';
import { openUserDatabase } from '../data/session.ts';
import { badgeWhatIsPending } from './badge.ts';

const EPOCH = v.parse(EpochSchema, '00000000000000aa');

let db: UserDatabase;
let ended: AbortController;
let shown: (number | null)[];
let isVisible: boolean;
beforeEach(async () => {
  db = await openUserDatabase(v.parse(UserIdSchema, crypto.randomUUID()));
  ended = new AbortController();
  [shown, isVisible] = [[], true];
  // Headless Chromium has no icon to put it on.
  vi.spyOn(navigator, 'setAppBadge').mockImplementation(async (count) => void shown.push(count ?? null));
  vi.spyOn(navigator, 'clearAppBadge').mockImplementation(async () => void shown.push(null));
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => (isVisible ? 'visible' : 'hidden'));
});
afterEach(() => {
  ended.abort();
  vi.restoreAllMocks();
  db.close();
});

test('is what is pending, at once and whenever it changes', async () => {
  await add();
  badgeWhatIsPending(db, ended.signal);
  await expect.poll(() => shown).toEqual([1]);
  const second = await add();
  await expect.poll(() => shown).toEqual([1, 2]);
  await db.videos.delete(second);
  await expect.poll(() => shown).toEqual([1, 2, 1]);
});

test('what the worker put there stays until somebody looks', async () => {
  isVisible = false;
  await add();
  badgeWhatIsPending(db, ended.signal);
  await add();
  await settled();
  expect(shown).toEqual([]);
  isVisible = true;
  document.dispatchEvent(new Event('visibilitychange'));
  await expect.poll(() => shown).toEqual([2]);
});

test('is taken off at the end, and says nothing more', async () => {
  await add();
  badgeWhatIsPending(db, ended.signal);
  await expect.poll(() => shown).toEqual([1]);
  ended.abort();
  expect(shown).toEqual([1, null]);
  await add();
  document.dispatchEvent(new Event('visibilitychange'));
  await settled();
  expect(shown).toEqual([1, null]);
});

async function add(): Promise<VideoId> {
  const id = v.parse(VideoIdSchema, uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10))));
  const create = v.parse(VideoCreateSchema, { origin: 'generated', createdAt: Date.now() });
  await db.videos.put(videoRecord(newVideoRow(id, create), EPOCH));
  return id;
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 200));
