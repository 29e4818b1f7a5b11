import type { VideoId } from '../../sync/ids.ts';
import type { FoundBytes, LibrarySource } from '../../sync/write-library.ts';
import { sha256Of } from '../data/copy-hash.ts';
import type { ExportTables } from '../data/export-tables.ts';
import type { MediaTables } from '../data/media-tables.ts';
import { copyBody } from './copy-body.ts';
import { type RemoteDeps, remoteBytes } from './remote-bytes.ts';

export interface DeviceLibraryDeps extends RemoteDeps {
  readonly exports: ExportTables;
  readonly tables: MediaTables;
}

const PAGE = 100;

/** The chosen videos as this device exports them: its own bytes, and the server's of what is not here. */
export function createDeviceLibrary(deps: DeviceLibraryDeps, ids: readonly VideoId[]): LibrarySource {
  const { exports, tables } = deps;
  const bytesHere = async (id: VideoId): Promise<FoundBytes | null> => {
    const row = await tables.video(id);
    const copy = row && (await tables.copy(row.copyId));
    const sha256 = sha256Of(copy);
    if (!copy || sha256 === null) return null;
    const body = await copyBody(tables, copy, { start: 0, end: copy.total - 1 });
    if (!body) return null;
    const stream = body instanceof Blob ? body.stream() : body;
    return { kind: 'bytes', reader: stream.getReader(), size: copy.total, sha256 };
  };

  return {
    pages: async function* () {
      for (let at = 0; at < ids.length; at += PAGE) yield await exports.rows(ids.slice(at, at + PAGE));
    },
    bytes: async ({ id, server }) => {
      const here = await bytesHere(id);
      if (here) return here;
      return server?.mediaState === 'stored' ? remoteBytes(deps, id) : { kind: 'missing', reason: 'not_stored' };
    },
    // One that is not here is made anew by whoever imports the video.
    poster: async ({ id }) => {
      const poster = await tables.poster(id);
      if (poster?.contentType !== 'image/webp') return { kind: 'missing', reason: 'not_here' };
      const data = new Blob([poster.data]);
      return { kind: 'bytes', reader: data.stream().getReader(), size: data.size, sha256: null };
    },
    generations: exports.generations,
  };
}
