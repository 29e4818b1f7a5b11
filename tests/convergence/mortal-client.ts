import type { SqlClient } from '../../server/db/database.ts';

/** The statement before which, or after which, a server process is killed; null lets it live. */
export type KillAt = { readonly call: number; readonly after: boolean } | null;

/** A client that dies with its process: what it was asked then is never answered. */
export function createMortalClient(client: SqlClient, killAt: KillAt) {
  let calls = 0;
  let alive = true;
  let onDeath = () => {};
  const died = new Promise<void>((resolve) => {
    onDeath = resolve;
  });
  const die = () => {
    alive = false;
    onDeath();
    return new Promise<never>(() => {});
  };
  async function guard<T>(work: () => Promise<T>): Promise<T> {
    if (!alive) return die();
    const isLast = killAt !== null && calls++ === killAt.call;
    if (isLast && !killAt.after) return die();
    const result = await work();
    return isLast || !alive ? die() : result;
  }
  const sql: SqlClient = {
    execute: (statement) => guard(() => client.execute(statement)),
    batch: (statements, mode) => guard(() => client.batch(statements, mode)),
  };
  return { sql, died, die };
}
