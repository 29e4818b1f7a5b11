import { existsSync } from 'node:fs';
import { type Env, isEmbedded } from '../server/entry/env.ts';
import { openDatabase } from '../server/entry/libsql-database.ts';
import { placeOf } from './database-file.ts';

/** The database of this environment; null where it is a file that no server has made yet. */
export async function openIfThere(env: Env): Promise<Awaited<ReturnType<typeof openDatabase>> | null> {
  const authToken = env.DATABASE_AUTH_TOKEN;
  if (env.DATABASE_URL !== undefined && !isEmbedded(env.DATABASE_URL)) {
    return openDatabase({ url: env.DATABASE_URL, authToken });
  }
  const { database } = placeOf(process.env);
  return existsSync(database) ? openDatabase({ url: `file:${encodeURI(database)}`, authToken }) : null;
}
