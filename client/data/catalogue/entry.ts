import type { VideoId } from '../../../sync/ids.ts';
import { fieldValue } from '../../../sync/local-row.ts';
import type { CatalogueBlock, CopyRecord, VideoRecord } from '../database.ts';

/** What a video is searched and sorted by. */
export interface Entry {
  readonly id: VideoId;
  readonly copyId: string;
  /** Title and prompt, folded, in one text. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** NaN where it is not known, like `bytes`. */
  readonly durationMs: number;
  readonly bytes: number;
}

/** Between title and prompt; nobody types it. */
const BETWEEN = '\u0001';

/** By which two texts are alike: neither case nor the width of characters counts. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** What the video is called on the screen, folded. */
export function nameOf({ text }: Entry): string {
  const end = text.indexOf(BETWEEN);
  return end > 0 ? text.slice(0, end) : text.slice(end + 1);
}

/** @param rows undefined for a video that is gone */
export function toBlock(
  ids: readonly VideoId[],
  rows: readonly (VideoRecord | undefined)[],
  copies: ReadonlyMap<string, CopyRecord>,
): CatalogueBlock {
  const server = rows.map((row) => row?.received?.server);
  return {
    ids,
    copyIds: rows.map((row) => row?.copyId ?? ''),
    texts: rows.map((row) => (row ? textOf(row) : null)),
    createdAt: Float64Array.from(rows, (row) => row?.createdAt ?? Number.NaN),
    durationMs: Float64Array.from(
      rows,
      (row, index) => server[index]?.durationMs ?? row?.create.durationMs ?? Number.NaN,
    ),
    bytes: Float64Array.from(
      rows,
      (row, index) => server[index]?.bytes ?? copies.get(row?.copyId ?? '')?.total ?? Number.NaN,
    ),
  };
}

/** Puts what a block says in the place of what earlier ones said. */
export function takeBlock(entries: Map<VideoId, Entry>, block: CatalogueBlock): void {
  block.ids.forEach((id, index) => {
    const text = block.texts[index] ?? null;
    if (text === null) {
      entries.delete(id);
      return;
    }
    const number = (column: Float64Array) => column[index] ?? Number.NaN;
    entries.set(id, {
      id,
      copyId: block.copyIds[index] ?? id,
      text,
      createdAt: number(block.createdAt),
      durationMs: number(block.durationMs),
      bytes: number(block.bytes),
    });
  });
}

function textOf(row: VideoRecord): string {
  const title = fieldValue(row, 'title');
  return folded(`${typeof title === 'string' ? title : ''}${BETWEEN}${row.create.prompt ?? ''}`);
}
