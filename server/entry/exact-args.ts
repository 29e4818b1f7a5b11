import type { SqlClient, Statement } from '../db/database.ts';

/**
 * Sends with each statement only the named values that it uses: statements of one batch share their
 * values, which SQLite allows and sqld refuses ("too many parameters").
 */
export function exactArgs(client: SqlClient): SqlClient {
  return {
    execute: (statement) => client.execute(exact(statement)),
    batch: (statements, mode) => client.batch(statements.map(exact), mode),
  };
}

function exact({ sql, args }: Statement): Statement {
  if (Array.isArray(args)) return { sql, args };
  const used = new Set(Array.from(sql.matchAll(/:(\w+)/g), ([, name]) => name));
  return { sql, args: Object.fromEntries(Object.entries(args).filter(([name]) => used.has(name))) };
}
