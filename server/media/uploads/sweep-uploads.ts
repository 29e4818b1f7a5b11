import { EXPIRES_MS } from './upload.ts';
import type { UploadDeps } from './upload-deps.ts';

export const SWEEP_EVERY_MS = 24 * 60 * 60_000;

/**
 * Deletes old bytes whose upload no row tells of: the database was restored to before it, or a
 * process that had lost its claim wrote on.
 */
export async function sweepUploads({ db, uploads, clock }: UploadDeps): Promise<void> {
  for (const { key, touchedAt } of await uploads.list()) {
    if (clock() - touchedAt < EXPIRES_MS + SWEEP_EVERY_MS) continue;
    const [user = '', id = ''] = key.split('/');
    const { rows } = await db.sql.execute({
      sql: 'SELECT 1 FROM upload WHERE user_id = ? AND id = ?',
      args: [user, id],
    });
    if (rows.length === 0) await uploads.delete(key);
  }
}
