import Libsql from 'libsql';
import * as v from 'valibot';
import type { SqlClient, SqlRows, Statement } from '../../server/db/database.ts';

/**
 * libSQL in memory through the driver's own interface, keeping prepared statements: the client of
 * production prepares each one anew, which is four fifths of what a small push costs and nothing
 * that a simulation is about. Transactions are the same as `@libsql/client` makes them.
 */
export interface PreparedClient extends SqlClient {
  /** Reads again only where something was written since. */
  readonly all: (sql: string) => SqlRows['rows'];
  readonly run: (sql: string) => void;
  readonly exec: (script: string) => void;
  readonly close: () => void;
}

export function createPreparedClient(): PreparedClient {
  const connection = new Libsql(':memory:');
  const cache = new Map<string, Prepared>();
  const remembered = new Map<string, SqlRows['rows']>();

  function prepared(sql: string): Prepared {
    const known = cache.get(sql);
    if (known) return known;
    const statement = connection.prepare(sql);
    const made = { statement, isReader: statement.reader, isRead: /^\s*SELECT/.test(sql) };
    cache.set(sql, made);
    return made;
  }

  function run({ sql, args }: Statement): SqlRows {
    const { statement, isReader, isRead } = prepared(sql);
    if (!isRead) remembered.clear();
    if (isReader) return { rows: v.parse(RowsSchema, statement.all(args)), rowsAffected: 0 };
    return { rows: [], rowsAffected: statement.run(args).changes };
  }

  return {
    execute: async (statement) => run(statement),
    batch: async (statements, mode) => {
      connection.exec(mode === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN TRANSACTION READONLY');
      try {
        const results = statements.map(run);
        connection.exec('COMMIT');
        return results;
      } catch (error) {
        if (connection.inTransaction) connection.exec('ROLLBACK');
        throw error;
      }
    },
    all: (sql) => {
      const rows = remembered.get(sql) ?? run({ sql, args: [] }).rows;
      remembered.set(sql, rows);
      return rows;
    },
    run: (sql) => void run({ sql, args: [] }),
    exec: (script) => void connection.exec(script),
    close: () => connection.close(),
  };
}

interface Prepared {
  readonly statement: ReturnType<InstanceType<typeof Libsql>['prepare']>;
  /** Whether it gives rows, which a write that returns some does too. */
  readonly isReader: boolean;
  readonly isRead: boolean;
}

const RowsSchema = v.custom<SqlRows['rows']>(Array.isArray);
