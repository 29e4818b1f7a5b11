import { createNamer, extensionOf } from './file-name.ts';
import type { GenerationId, VideoId } from './ids.ts';
import {
  LIBRARY_FILE,
  LIBRARY_FORMAT,
  LIBRARY_VERSION,
  type LibraryGeneration,
  type LibraryRow,
  type LibraryVideo,
  type MissingReason,
} from './library-file.ts';

/** A stream's reader, as far as it matters here. */
export interface ByteReader {
  readonly read: () => Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  readonly cancel: () => Promise<void>;
}

export type FoundBytes =
  | { readonly kind: 'bytes'; readonly reader: ByteReader; readonly size: number; readonly sha256: string | null }
  | { readonly kind: 'missing'; readonly reason: MissingReason };

/** Where a library is exported from: a device, or the server. */
export interface LibrarySource {
  /** The rows in pages, oldest first; read twice. */
  readonly pages: () => AsyncIterable<readonly LibraryRow[]>;
  readonly bytes: (row: LibraryRow) => Promise<FoundBytes>;
  readonly poster: (row: LibraryRow) => Promise<FoundBytes>;
  readonly generations: (ids: readonly GenerationId[]) => Promise<readonly LibraryGeneration[]>;
}

/** A file of the archive; its input is to be read before the next one is asked for. */
export interface LibraryEntry {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly input: AsyncIterable<Uint8Array | string>;
}

type Written = Pick<LibraryVideo, 'file' | 'poster' | 'sha256' | 'bytes' | 'missing'>;

/**
 * The files of an exported library in the order in which they are written. `library.json` is the
 * last, so that it says what really is in the archive; memory holds a line for each video and no
 * bytes. What is open is closed when the reader throws or returns.
 */
export async function* libraryEntries(
  source: LibrarySource,
  options: { readonly now: number; readonly onMissing?: (row: LibraryRow, reason: MissingReason) => void },
): AsyncGenerator<LibraryEntry, void, void> {
  const { now, onMissing } = options;
  const written = new Map<VideoId, Written>();
  const name = createNamer();
  for await (const page of source.pages()) {
    for (const row of page) {
      const { create, fields } = row;
      const found = await source.bytes(row);
      if (found.kind === 'missing') {
        const { reason: missing } = found;
        written.set(row.id, { file: null, poster: null, sha256: row.server?.sha256 ?? null, bytes: null, missing });
        onMissing?.(row, missing);
        continue;
      }
      const title = fields.title?.[0];
      const called = name(typeof title === 'string' ? title : (create.prompt ?? ''), extensionOf(create.contentType));
      const file = `videos/${called}`;
      yield* entry({ name: file, at: create.createdAt }, found);
      const picture = await source.poster(row);
      const poster = picture.kind === 'bytes' ? `posters/${called}.webp` : null;
      if (picture.kind === 'bytes') yield* entry({ name: `posters/${called}.webp`, at: create.createdAt }, picture);
      written.set(row.id, { file, poster, sha256: found.sha256, bytes: found.size });
    }
  }
  yield { name: LIBRARY_FILE, at: now, input: description(source, { written, now }) };
}

async function* entry(
  file: { readonly name: string; readonly at: number },
  { reader, size }: Extract<FoundBytes, { kind: 'bytes' }>,
): AsyncGenerator<LibraryEntry, void, void> {
  try {
    yield { ...file, input: read(reader, size) };
  } finally {
    await reader.cancel();
  }
}

/** @throws where there are more or fewer bytes than were announced: a short file is no copy */
async function* read(reader: ByteReader, size: number): AsyncGenerator<Uint8Array, void, void> {
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (!part.value) continue;
    length += part.value.byteLength;
    yield part.value;
  }
  if (length !== size) throw new Error(`${length} bytes instead of ${size}`);
}

/** One line a video, so that a library of any size is written as it is read. */
async function* description(
  source: LibrarySource,
  { written, now }: { readonly written: ReadonlyMap<VideoId, Written>; readonly now: number },
): AsyncGenerator<string, void, void> {
  const generations = new Set<GenerationId>();
  yield `{"format":"${LIBRARY_FORMAT}","version":${LIBRARY_VERSION},"exportedAt":${now},\n"videos":[`;
  let separator = '\n';
  for await (const page of source.pages()) {
    for (const row of page) {
      // A row that came after the archive was begun is in the next one.
      const files = written.get(row.id);
      if (!files) continue;
      if (row.create.generationId) generations.add(row.create.generationId);
      const { id, create, server } = row;
      const fields = Object.fromEntries(Object.entries(row.fields).map(([name, [value]]) => [name, value]));
      const line: LibraryVideo = { id, ...files, create, fields, server };
      yield `${separator}${JSON.stringify(line)}`;
      separator = ',\n';
    }
  }
  yield '\n],\n"generations":[';
  separator = '\n';
  for (const ids of inPages([...generations])) {
    for (const { id, create } of await source.generations(ids)) {
      yield `${separator}${JSON.stringify({ id, create })}`;
      separator = ',\n';
    }
  }
  yield '\n]}\n';
}

const PAGE = 100;

function inPages<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / PAGE) }, (_, page) => all.slice(page * PAGE, (page + 1) * PAGE));
}
