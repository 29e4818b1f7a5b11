import type { ExportRequest, ExportState } from '../app/services.ts';
import type { UserDatabase } from '../data/database.ts';
import { createExportTables } from '../data/export-tables.ts';
import { exportUrl, exportWay } from '../media/export-way.ts';
import { saveFile } from '../media/save-file.page.ts';
import type { Transfers } from './transfers.ts';

/** Writes videos of this library into archives. */
export interface Exporter {
  readonly begin: (request: ExportRequest) => void;
  /** Stops one that is being written, and says so in the list; false where it is none of these. */
  readonly stop: (key: number) => boolean;
}

export function createExporter(deps: {
  readonly db: UserDatabase;
  readonly transfers: Transfers;
  /** A server is there to be asked for what is not here. */
  readonly isOnline: () => boolean;
  readonly signal: AbortSignal;
}): Exporter {
  const { db, transfers, isOnline, signal } = deps;
  const { list, show } = transfers;
  const running = new Map<number, AbortController>();
  const exports = createExportTables(db);

  const run = async (key: number, request: ExportRequest, stop: AbortSignal): Promise<ExportState> => {
    const { scope, target, name } = request;
    const ids = await exports.ids(scope);
    const way = exportWay({
      ...(await exports.standing(ids)),
      scope,
      hasTarget: target !== null,
      isOnline: isOnline(),
    });
    if (way === 'server') {
      saveFile(exportUrl(scope), name);
      return { kind: 'handed_over' };
    }
    const { exportLibrary } = await import('../media/export-library.page.ts');
    const outcome = await exportLibrary(
      { db, exports, signal: AbortSignal.any([signal, stop]) },
      {
        ids,
        target,
        onShare: (share) => show(key, { kind: 'exporting', share }),
        onMissing: (missing, reason) => list(missing, { kind: 'not_exported', reason }),
      },
    );
    if (outcome.kind === 'failed') return { kind: 'export_failed', reason: outcome.reason };
    const { archive, ...counts } = outcome;
    if (archive) saveFile(archive, name);
    return counts;
  };

  return {
    begin: (request) => {
      const key = list(request.target?.name ?? request.name, { kind: 'exporting', share: 0 });
      const stop = new AbortController();
      running.set(key, stop);
      void run(key, request, stop.signal)
        .catch((): ExportState => ({ kind: 'export_failed', reason: 'trouble' }))
        .then((state) => {
          running.delete(key);
          show(key, state);
        });
    },
    stop: (key) => {
      running.get(key)?.abort();
      return running.has(key);
    },
  };
}
