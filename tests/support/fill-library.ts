import type { Page } from 'playwright-core';
import { generate, newAccount, readTable, signUpIn } from './library.ts';
import { until } from './until.ts';

/** Somebody new with one film that was really made and is kept on the device, and so many like it. */
export async function newLibrary(page: Page, likeIt: number): Promise<void> {
  await signUpIn(page, newAccount());
  await generate(page, 'A first film');
  await page.locator('[data-save-state=synced]').waitFor({ timeout: 60_000 });
  await until(
    () => readTable<{ state: string }>(page, 'copies'),
    ([copy]) => copy?.state === 'verified',
  );
  await fillLibrary(page, likeIt);
}

/**
 * Makes so many videos of the one that a device has: rows as the app wrote that one, spread over three
 * years, each with a poster of its own, straight into the database.
 */
async function fillLibrary(page: Page, count: number): Promise<void> {
  await page.evaluate(fill, { count, words: WORDS });
}

/** Of which the prompts are made; `needle` is in one of a thousand. */
const WORDS = [
  'lighthouse storm night whales northern lights desert dunes sunset rider neon city rain balloon misty valley dawn',
  'fox fireflies pine forest cherry petals quiet lake red train deep snow robot watering flowers horses beach',
  '海边 日落 鲸鱼 极光 城市 霓虹 雨夜 森林 狐狸 雪山',
].flatMap((line) => line.split(' '));

async function fill({ count, words }: { readonly count: number; readonly words: readonly string[] }): Promise<void> {
  const done = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const databases = await indexedDB.databases();
  const db = await done(indexedDB.open(databases.find(({ name }) => /^vidfab-[^-]{8,}/.test(name ?? ''))?.name ?? ''));
  const [model] = await done(db.transaction('videos').objectStore('videos').getAll());
  const poster = new Uint8Array(await (await fetch(`/media/${model.id}/poster`)).arrayBuffer()).slice(0, 20_000);
  const span = 3 * 365 * 24 * 60 * 60_000;
  const pick = (n: number) => words[(n * 7919 + (n >> 3)) % words.length];
  for (let at = 0; at < count; ) {
    const transaction = db.transaction(['videos', 'posters'], 'readwrite');
    const end = Math.min(count, at + 2_000);
    for (; at < end; at++) {
      const createdAt = Math.round(Date.now() - span * (at / count) - 60_000);
      const hex = createdAt.toString(16).padStart(12, '0');
      const tail = at.toString(16).padStart(12, '0');
      const id = `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${tail}`;
      const needle = at % 1_000 === 500 ? ' needle' : '';
      const prompt = `${pick(at)} ${pick(at + 1)} ${pick(at * 3)} ${pick(at * 5 + 2)} ${pick(at * 11)}, take ${at}${needle}`;
      const row = { ...model, id, copyId: id, createdAt, create: { ...model.create, prompt, createdAt } };
      transaction.objectStore('videos').put(row);
      transaction.objectStore('posters').put({ videoId: id, data: poster.buffer, contentType: 'image/webp' });
    }
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  }
  // As from a version that had no catalogue: it is made by the app itself.
  const reset = db.transaction(['catalogue', 'meta', 'changes'], 'readwrite');
  reset.objectStore('catalogue').clear();
  reset.objectStore('changes').clear();
  reset.objectStore('meta').delete('catalogue');
  await new Promise<void>((resolve) => {
    reset.oncomplete = () => resolve();
  });
  db.close();
}
