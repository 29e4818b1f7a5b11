import * as v from 'valibot';
import { DeviceIdSchema, UserIdSchema } from '../../sync/ids.ts';
import { createMemoryStore } from '../../sync/simulation/memory-store.ts';
import { testLocalStore } from '../support/local-store-contract.ts';

testLocalStore('memory', async () => {
  const store = createMemoryStore(v.parse(UserIdSchema, 'alice'), v.parse(DeviceIdSchema, '0123456789abcdef'));
  return { ...store, aliases: async () => [...store.disk().aliases].sort() };
});
