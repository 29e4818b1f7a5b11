import { expect } from 'vitest';
import { newAccount } from '../support/library.ts';
import type { Engine } from './engine.ts';
import { createScreen } from './screen.ts';
import { signUp } from './story.ts';

/** Leaves a page while it writes, as any page may be left, and sees whether the next one comes up. */
export async function leaveInTheMiddle(engine: Engine, url: string, profile: string): Promise<void> {
  const driver = await engine.open(profile);
  const screen = createScreen(driver);
  try {
    await signUp({ driver, screen }, url, newAccount());
    await driver.evaluate(writeWithoutEnd, null);
    await driver.go(`${url}/activity`);
    await screen.waitFor('main h1, main h2');
    await expect.poll(() => screen.rows('meta').then(({ length }) => length)).toBeGreaterThan(0);
  } finally {
    await driver.quit();
  }
}

/** Inside of a page: a transaction that always has one more request. */
async function writeWithoutEnd(): Promise<void> {
  const found = (await indexedDB.databases()).find(({ name }) => name?.startsWith('vidfab-'));
  const opening = indexedDB.open(found?.name ?? '');
  await new Promise((resolve, reject) => {
    opening.onsuccess = resolve;
    opening.onerror = () => reject(opening.error);
  });
  const store = opening.result.transaction(['meta', 'videos'], 'readwrite').objectStore('meta');
  const again = () => {
    store.get('sync').onsuccess = again;
  };
  again();
}
