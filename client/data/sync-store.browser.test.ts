import * as v from 'valibot';
import { UserIdSchema } from '../../sync/ids.ts';
import { testLocalStore } from '../../tests/support/local-store-contract.ts';
import { openUserDatabase } from './session.ts';
import { createSyncStore } from './sync-store.ts';

testLocalStore('Dexie', async () => {
  const user = v.parse(UserIdSchema, crypto.randomUUID());
  return createSyncStore(await openUserDatabase(user));
});
