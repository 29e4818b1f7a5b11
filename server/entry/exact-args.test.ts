import { expect, test } from 'vitest';
import type { Statement } from '../db/database.ts';
import { exactArgs } from './exact-args.ts';

test('a statement is sent with the names it uses, and positions as they are', async () => {
  const sent: Statement[] = [];
  const client = exactArgs({
    execute: async (statement) => {
      sent.push(statement);
      return { rows: [], rowsAffected: 0 };
    },
    batch: async (statements) => {
      sent.push(...statements);
      return [];
    },
  });
  const args = { user: 'u', id: 'i', userId: 'other' };
  await client.execute({ sql: 'SELECT :user', args });
  await client.batch(
    [
      { sql: 'SELECT :id, :user', args },
      { sql: 'SELECT ?', args: [1] },
    ],
    'write',
  );
  expect(sent.map((statement) => statement.args)).toEqual([{ user: 'u' }, { user: 'u', id: 'i' }, [1]]);
});
