import type { Epoch } from '../../sync/ids.ts';
import { fieldValue, type GenerationRow, type VideoRow } from '../../sync/local-row.ts';
import { isFinal } from '../../sync/records.ts';
import { isDirty, saveState } from '../../sync/save-state.ts';
import type { GenerationRecord, VideoRecord } from './database.ts';

/**
 * A row with its indexed columns, all derived from it: there is no other way to write one. What few
 * rows are is undefined in the others, which keeps these out of the index: half of the time that a
 * first sync takes is its indexes'.
 */
export function videoRecord(row: VideoRow, epoch: Epoch | null): VideoRecord {
  return {
    ...row,
    saveState: saveState(row, epoch),
    dirty: isDirty(row, epoch) ? 1 : undefined,
    deleted: isSet(row, 'deletedAt') ? 1 : 0,
    favorite: fieldValue(row, 'favorite') === true ? 1 : undefined,
    createdAt: row.create.createdAt,
  };
}

/** @see videoRecord */
export function generationRecord(row: GenerationRow, epoch: Epoch | null): GenerationRecord {
  const status = row.received?.server.status ?? 'queued';
  const settled = isSet(row, 'dismissedAt') || status === 'succeeded' || status === 'canceled';
  const withdrawn = isSet(row, 'cancelRequestedAt') && !isFinal(status) && row.received === null;
  return {
    ...row,
    dirty: isDirty(row, epoch) ? 1 : undefined,
    open: settled || withdrawn ? undefined : 1,
    createdAt: row.create.createdAt,
  };
}

function isSet(row: VideoRow | GenerationRow, field: string): boolean {
  const value = fieldValue(row, field);
  return value !== undefined && value !== null;
}
