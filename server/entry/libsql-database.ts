import { type Client, createClient } from '@libsql/client';
import { drizzle } from 'drizzle-orm/libsql';
import * as authSchema from '../db/auth-schema.ts';
import type { Database } from '../db/database.ts';
import * as schema from '../db/schema.ts';
import { exactArgs } from './exact-args.ts';

export interface OpenDatabase extends Database {
  readonly close: () => void;
}

/** @param url a file of this machine, or a libSQL server */
export async function openDatabase(options: {
  readonly url: string;
  readonly authToken: string | undefined;
}): Promise<OpenDatabase> {
  const { url, authToken } = options;
  const isFile = url.startsWith('file:');
  // Pragmas hold for one connection, so a file gets exactly one; its calls are synchronous and gain nothing from more.
  const concurrency = isFile ? 1 : 20;
  const client = createClient({ url, ...(authToken && { authToken }), concurrency, timeout: 5000 });
  if (isFile) await prepareFile(client);
  return {
    sql: isFile ? client : exactArgs(client),
    orm: drizzle(client, { schema: { ...schema, ...authSchema } }),
    close: () => client.close(),
  };
}

/** Durable through a power cut (`synchronous` stays FULL), readable by other processes while written. */
async function prepareFile(client: Client): Promise<void> {
  await client.execute('PRAGMA journal_mode = WAL');
  await client.execute('PRAGMA foreign_keys = ON');
}
