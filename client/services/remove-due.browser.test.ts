import { Dexie } from 'dexie';
import * as v from 'valibot';
import { afterEach, expect, test } from 'vitest';
import { type UserId, UserIdSchema } from '../../sync/ids.ts';
import { databaseName } from '../data/database.ts';
import { createInbox, putIntoInbox } from '../data/inbox.ts';
import { createSessionStore, openUserDatabase, removeUserDatabase } from '../data/session.ts';
import { removeDue } from './remove-due.ts';

const newUser = () => v.parse(UserIdSchema, crypto.randomUUID());
const inbox = createInbox();
const session = createSessionStore();
afterEach(() => localStorage.clear());

async function furnish(user: UserId) {
  const db = await openUserDatabase(user);
  for (const what of ['draft', 'queued', 'offered']) localStorage.setItem(`vidfab-${what}-${user}`, '[]');
  await putIntoInbox(user, [new File(['film'], 'film.mp4')]);
  return db;
}

/** Whether there is a database, and how many other things. */
async function leftOf(user: UserId) {
  const kept = Object.keys(localStorage).filter((key) => key.includes(user)).length;
  return [(await Dexie.getDatabaseNames()).includes(databaseName(user)), kept, (await inbox.waiting(user)).length];
}

test('nothing is left of whose account is deleted, and all of another person', async () => {
  const [ada, bob] = [newUser(), newUser()];
  const [open, other] = [await furnish(ada), await furnish(bob)];
  localStorage.setItem('vidfab-models', '{}');
  await session.signIn({ id: ada, email: 'ada@example.com', name: 'Ada' });
  await session.forget(ada);
  expect(await session.read()).toBeNull();
  // Another tab, or the worker, that has it open lets go of it.
  await removeDue(session);
  expect([open.isOpen(), await leftOf(ada), await leftOf(bob)]).toEqual([false, [false, 0, 0], [true, 3, 1]]);
  expect(localStorage.getItem('vidfab-models')).toBe('{}');
  other.close();
  await removeUserDatabase(bob);
});

test('who is signed in is left alone, at every start', async () => {
  const ada = newUser();
  const db = await furnish(ada);
  await session.signIn({ id: ada, email: 'ada@example.com', name: 'Ada' });
  await removeDue(session);
  expect([db.isOpen(), await leftOf(ada), (await session.read())?.user.id]).toEqual([true, [true, 3, 1], ada]);
  await session.forget(ada);
  await removeDue(session);
});

test('what was not removed, since the page ended, is at the next start, and then no more', async () => {
  const ada = newUser();
  (await furnish(ada)).close();
  await session.forget(ada);
  const next = createSessionStore();
  await removeDue(next);
  expect(await leftOf(ada)).toEqual([false, 0, 0]);
  (await furnish(ada)).close();
  await removeDue(next);
  expect(await leftOf(ada)).toEqual([true, 3, 1]);
  await removeUserDatabase(ada);
});

test('a second account is deleted while a tab still holds on to the first: both go, the second at once', async () => {
  const [ada, bob] = [newUser(), newUser()];
  const [held, open] = [await furnish(ada), await furnish(bob)];
  // As a tab does that stands still: it hears nothing, and lets go of nothing.
  const frozen = await connectionThatStays(databaseName(ada));
  held.close();
  open.close();
  await session.forget(ada);
  const first = removeDue(session);
  await session.forget(bob);
  const second = removeDue(session);
  await expect.poll(() => leftOf(bob)).toEqual([false, 0, 0]);
  await expect.poll(() => session.removalDue()).toEqual([ada]);
  frozen.close();
  await Promise.all([first, second]);
  expect([await leftOf(ada), await session.removalDue()]).toEqual([[false, 0, 0], []]);
});

function connectionThatStays(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
