import * as v from 'valibot';
import { expect, test } from 'vitest';
import { runCycle } from '../../sync/engine.ts';
import { UserIdSchema } from '../../sync/ids.ts';
import { SyncReplySchema } from '../../sync/protocol.ts';
import { createCommands } from './commands.ts';
import { openUserDatabase } from './session.ts';
import { createSyncStore, readMeta } from './sync-store.ts';

test('a cycle against an empty server leaves the local database in step, its transactions whole', async () => {
  const db = await openUserDatabase(v.parse(UserIdSchema, crypto.randomUUID()));
  const commands = createCommands(db, () => {});
  const id = await commands.generate({ prompt: 'A fox', provider: 'local', model: 'm', params: {} });
  const store = createSyncStore(db);
  const cursors: (string | null)[] = [];
  const outcome = await runCycle({
    store,
    clock: Date.now,
    shouldStop: () => false,
    transport: {
      exchange: async (request) => {
        cursors.push(request.cursor);
        const results = request.push.generations.map(({ id: pushed }) => ({
          kind: 'generation',
          id: pushed,
          status: 'retry',
          code: 'epoch',
          message: 'later',
        }));
        const reply = v.parse(SyncReplySchema, {
          protocol: 1,
          epoch: 'aaaaaaaaaaaaaaaa',
          head: '0.',
          serverTime: Date.now(),
          results,
          changes: { videos: [], generations: [] },
          cursor: 'c.aaaaaaaaaaaaaaaa.0',
          more: false,
          ...(request.cursor === null && { snapshot: { id: 's', head: 0, start: true, end: true } }),
        });
        return { kind: 'reply', reply };
      },
    },
  });
  expect(outcome).toEqual({ kind: 'done', upgrade: false });
  expect(cursors).toEqual([null, 'c.aaaaaaaaaaaaaaaa.0']);
  expect((await readMeta(db)).cursor).toBe('c.aaaaaaaaaaaaaaaa.0');
  expect((await db.generations.get(id))?.create.sentEpoch).toBe('aaaaaaaaaaaaaaaa');
});
