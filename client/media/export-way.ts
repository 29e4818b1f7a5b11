import { type ExportScope, MAX_CHOSEN } from '../../sync/library-file.ts';
import type { ExportStanding } from '../data/export-tables.ts';

/**
 * Who makes an archive. The device, wherever it can write it to a file as it goes, and whenever the
 * server cannot have all of it. Else it would have to gather the archive first, where a phone has no
 * room for gigabytes that are not even on it: then the server streams it into the browser's own downloads.
 */
export function exportWay(
  choice: ExportStanding & { readonly scope: ExportScope; readonly hasTarget: boolean; readonly isOnline: boolean },
): 'device' | 'server' {
  const { scope, hasTarget, isOnline, isAllHere, isAllThere } = choice;
  const fits = scope.kind !== 'chosen' || scope.ids.length <= MAX_CHOSEN;
  return !hasTarget && isOnline && isAllThere && !isAllHere && fits ? 'server' : 'device';
}

/** Where the server gives it. */
export function exportUrl(scope: ExportScope): string {
  switch (scope.kind) {
    case 'all':
      return '/api/export';
    case 'favorites':
      return '/api/export?only=favorites';
    case 'chosen':
      return `/api/export?ids=${scope.ids.join(',')}`;
  }
}
