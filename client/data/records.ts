import type { Epoch } from '../../sync/ids.ts';
import { fieldValue, type GenerationRow, type VideoRow } from '../../sync/local-row.ts';
import { isDirty, saveState } from '../../sync/save-state.ts';
import type { GenerationRecord, VideoRecord } from './database.ts';
import { isOpen } from './generation-stage.ts';

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
  return {
    ...row,
    dirty: isDirty(row, epoch) ? 1 : undefined,
    open: isOpen(row) ? 1 : undefined,
    createdAt: row.create.createdAt,
  };
}

function isSet(row: VideoRow, field: string): boolean {
  const value = fieldValue(row, field);
  return value !== undefined && value !== null;
}
