import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import type * as authSchema from './auth-schema.ts';
import type * as schema from './schema.ts';

/** What a statement may bind. Booleans and dates are written by the caller as SQLite has them. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** A statement with its values, by position or by name (`:name`). */
export interface Statement {
  readonly sql: string;
  readonly args: SqlValue[] | Record<string, SqlValue>;
}

export interface SqlRows {
  /** Each row can be read by column name. */
  readonly rows: readonly Record<string, unknown>[];
  readonly rowsAffected: number;
}

/** What every libSQL driver offers, embedded or over HTTP. */
export interface SqlClient {
  readonly execute: (statement: Statement) => Promise<SqlRows>;
  /**
   * One transaction in one round trip. Never an interactive transaction: on a file those fail with
   * "database is locked" as soon as two run at once. [PUSH-6]
   */
  readonly batch: (statements: Statement[], mode: 'write' | 'read') => Promise<SqlRows[]>;
}

type Schema = typeof schema & typeof authSchema;

export interface Database {
  readonly sql: SqlClient;
  /** For typed reads and single writes; several writes that belong together go through `sql.batch`. */
  readonly orm: BaseSQLiteDatabase<'async', unknown, Schema>;
}
