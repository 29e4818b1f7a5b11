import * as v from 'valibot';
import { UserIdSchema } from '../../sync/ids.ts';
import { testLocalStore } from '../../tests/support/local-store-contract.ts';
import { openUserDatabase } from './session.ts';
import { createSyncStore } from './sync-store.ts';

testLocalStore('Dexie', async () => {
  const db = await openUserDatabase(v.parse(UserIdSchema, crypto.randomUUID()));
  const aliases = async () => (await db.aliases.toArray()).map(({ from, to }) => [from, to] as const).sort();
  return { ...createSyncStore(db), aliases };
});
