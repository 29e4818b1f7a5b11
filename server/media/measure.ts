import { CustomSource, Input, MATROSKA, MP4, MPEG_TS, QTFF, UnsupportedInputFormatError, WEBM } from 'mediabunny';
import { MAX_TRACKS } from '../../sync/film-bounds.ts';
import type { ByteRange, Bytes } from './blob-store/blob-store.ts';

/** What a player will see. */
export interface VideoMeasures {
  readonly width: number;
  readonly height: number;
  readonly durationMs: number;
  /** `avc`, `hevc`, `vp9`, `av1`, …; null for one the demuxer has no name for. */
  readonly codec: string | null;
}

export type Measured =
  | { readonly kind: 'video'; readonly measures: VideoMeasures }
  /** With the reason for people. */
  | { readonly kind: 'not_a_video'; readonly message: string };

/** Bytes in some store, of a known number. */
export interface StoredBytes {
  readonly bytes: number;
  /** Null once they are gone. */
  readonly read: (range: ByteRange) => Promise<Bytes | null>;
}

/** Demuxes stored bytes, reading only the parts it needs; rejects when the store does. */
export async function measureVideo(stored: StoredBytes): Promise<Measured> {
  if (stored.bytes === 0) return { kind: 'not_a_video', message: 'The file is empty' };
  const reads = createStoredSource(stored);
  const input = new Input({ source: reads.source, formats: FORMATS });
  try {
    if ((await input.getTracks()).length > MAX_TRACKS) return { kind: 'not_a_video', message: 'The video is damaged' };
    const track = await input.getPrimaryVideoTrack();
    if (!track) return { kind: 'not_a_video', message: 'The file has no picture in it' };
    const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
    const seconds = await track.computeDuration();
    return {
      kind: 'video',
      measures: { width, height, durationMs: Math.round(seconds * 1000), codec: await track.getCodec() },
    };
  } catch (error) {
    // What the store threw is not the file's fault.
    if (reads.failure() !== null) throw reads.failure();
    const known = error instanceof UnsupportedInputFormatError;
    return { kind: 'not_a_video', message: known ? 'The file is not a video' : 'The video is damaged' };
  } finally {
    input.dispose();
  }
}

/** Files that hold their own bytes; a playlist would send the demuxer elsewhere. */
const FORMATS = [MP4, QTFF, WEBM, MATROSKA, MPEG_TS];

/** An index is read as one and becomes many times larger in memory; hours of film have one of a few MiB. */
const MAX_INDEX_BYTES = 32 * 1024 * 1024;

function createStoredSource({ bytes, read }: StoredBytes) {
  let failure: Error | null = null;
  const source = new CustomSource({
    getSize: () => bytes,
    // Demuxers read many small neighbouring parts.
    prefetchProfile: 'fileSystem',
    read: async (start, end) => {
      if (end - start > MAX_INDEX_BYTES) throw new Error('the index is too long');
      try {
        const stream = await read({ start, end: end - 1 });
        if (!stream) throw new Error('the bytes are gone');
        return new Uint8Array(await new Response(stream).arrayBuffer());
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        throw error;
      }
    },
  });
  return { source, failure: () => failure };
}
