import { insertIngestJobs } from '../sync/commit-sql.ts';
import type { Database } from './database.ts';

/**
 * The same database, which tells how many videos were committed that are to be stored: each gets its
 * one job then, whoever was first to write it, a device or this server. [GEN-1]
 */
export function countCompletions(db: Database, onCompleted: (videos: number) => void): Database {
  const { sql } = db;
  return {
    orm: db.orm,
    sql: {
      execute: (statement) => sql.execute(statement),
      batch: async (statements, mode) => {
        const results = await sql.batch(statements, mode);
        const videos = statements
          .map((statement, index) => (statement.sql === insertIngestJobs ? (results[index]?.rowsAffected ?? 0) : 0))
          .reduce((total, count) => total + count, 0);
        if (videos > 0) onCompleted(videos);
        return results;
      },
    },
  };
}
