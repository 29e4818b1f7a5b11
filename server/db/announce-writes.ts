import type { Database } from './database.ts';

/** The same database, which tells of every batch that was written: whoever commits need not think of it. */
export function announceWrites(db: Database, onWrite: () => void): Database {
  const { sql } = db;
  return {
    orm: db.orm,
    sql: {
      execute: (statement) => sql.execute(statement),
      batch: async (statements, mode) => {
        const results = await sql.batch(statements, mode);
        if (mode === 'write') onWrite();
        return results;
      },
    },
  };
}
