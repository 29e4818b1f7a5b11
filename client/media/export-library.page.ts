import { makeZip } from 'client-zip';
import type { VideoId } from '../../sync/ids.ts';
import type { LibraryRow, MissingReason } from '../../sync/library-file.ts';
import { libraryEntries } from '../../sync/write-library.ts';
import { zipFiles } from '../../sync/zip-files.ts';
import type { UserDatabase } from '../data/database.ts';
import type { ExportTables } from '../data/export-tables.ts';
import { createMediaTables } from '../data/media-tables.ts';
import { isQuotaError } from '../data/storage-failure.ts';
import { browserPorts } from './browser-ports.ts';
import { createDeviceLibrary } from './device-library.ts';

export type ExportOutcome =
  | {
      readonly kind: 'exported';
      readonly videos: number;
      readonly missing: number;
      readonly bytes: number;
      /** For the browser to save; null where it is written to the file that was chosen. */
      readonly archive: Blob | null;
    }
  | { readonly kind: 'failed'; readonly reason: 'full' | 'stopped' | 'trouble' };

/** Videos that are named one by one where they could not be had; the others are counted. */
const MOST_NAMED = 50;

/** Writes videos into one archive, with flat memory where there is a file to write to. */
export async function exportLibrary(
  { db, exports, signal }: { readonly db: UserDatabase; readonly exports: ExportTables; readonly signal: AbortSignal },
  options: {
    readonly ids: readonly VideoId[];
    readonly target: FileSystemFileHandle | null;
    readonly onShare: (share: number) => void;
    readonly onMissing: (name: string, reason: MissingReason) => void;
  },
): Promise<ExportOutcome> {
  const { ids, target, onShare, onMissing } = options;
  const missing = new Set<VideoId>();
  const source = createDeviceLibrary({ ...browserPorts(), exports, tables: createMediaTables(db), signal }, ids);
  const entries = libraryEntries(source, {
    now: Date.now(),
    onMissing: (row, reason) => {
      missing.add(row.id);
      if (missing.size <= MOST_NAMED) onMissing(nameOf(row), reason);
    },
  });
  let videos = 0;
  let bytes = 0;
  let shown = 0;
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform: (chunk, controller) => {
      bytes += chunk.byteLength;
      controller.enqueue(chunk);
    },
  });
  const followed = async function* () {
    for await (const entry of entries) {
      if (entry.name.startsWith('videos/')) videos += 1;
      yield entry;
      const share = Math.floor((100 * (videos + missing.size)) / Math.max(1, ids.length)) / 100;
      if (share === shown) continue;
      shown = share;
      onShare(share);
    }
  };
  const archive = makeZip(zipFiles(followed())).pipeThrough(counted, { signal });
  try {
    const blob = target ? await writeTo(target, archive, signal) : await new Response(archive).blob();
    return { kind: 'exported', videos, missing: missing.size, bytes, archive: blob };
  } catch (error) {
    if (signal.aborted) return { kind: 'failed', reason: 'stopped' };
    return { kind: 'failed', reason: isQuotaError(error) ? 'full' : 'trouble' };
  }
}

/** What was there before stays until all is written. */
async function writeTo(target: FileSystemFileHandle, archive: ReadableStream, signal: AbortSignal): Promise<null> {
  const file = await target.createWritable();
  await archive.pipeTo(file, { signal });
  return null;
}

function nameOf({ fields, create, id }: LibraryRow): string {
  const title = fields.title?.[0];
  return (typeof title === 'string' && title) || create.prompt || id;
}
