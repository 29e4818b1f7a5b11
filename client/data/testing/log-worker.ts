import * as v from 'valibot';
import { UserIdSchema } from '../../../sync/ids.ts';
import { logEvent } from '../event-log.ts';
import { openUserDatabase } from '../session.ts';

/** A worker that writes as many lines as it is told to, while a page writes its own. */
const OrderSchema = v.object({ user: UserIdSchema, lines: v.number() });

addEventListener('message', async (message) => {
  const { user, lines } = v.parse(OrderSchema, message.data);
  const db = await openUserDatabase(user);
  for (let rows = 1; rows <= lines; rows++) {
    await logEvent(db, { by: 'worker', kind: 'refused', details: { status: 413, rows } });
  }
  db.close();
  postMessage('done');
});
