import {
  BlobSource,
  EncodedPacketSink,
  Input,
  type InputVideoTrack,
  MATROSKA,
  MP4,
  MPEG_TS,
  QTFF,
  UnsupportedInputFormatError,
  WEBM,
} from 'mediabunny';
import { MAX_TRACKS } from '../../sync/film-bounds.ts';
import { isCutShort } from './container-end.ts';
import type { Measured } from './measured.ts';
import type { Sniffed } from './sniff.ts';

/** Files that hold their own bytes; a playlist would send the demuxer elsewhere. */
const FORMATS = [MP4, QTFF, WEBM, MATROSKA, MPEG_TS];
/** A file that is made to keep a demuxer busy is as good as a damaged one. */
const PATIENCE_MS = 30_000;

/** Demuxes a file, reading only the parts that it needs. */
export async function measureFile(file: Blob, container: Sniffed): Promise<Measured> {
  const input = new Input({
    source: new BlobSource(file, { handleUnhandledError: () => undefined }),
    formats: FORMATS,
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Measured>((resolve) => {
    timer = setTimeout(() => resolve(refused('damaged')), PATIENCE_MS);
  });
  try {
    if (await isCutShort(file, container)) return refused('truncated');
    return await Promise.race([measure(input), late]);
  } catch (error) {
    return refused(error instanceof UnsupportedInputFormatError ? 'not_video' : 'damaged');
  } finally {
    clearTimeout(timer);
    input.dispose();
  }
}

async function measure(input: Input): Promise<Measured> {
  if ((await input.getTracks()).length > MAX_TRACKS) return refused('damaged');
  const track = await input.getPrimaryVideoTrack();
  if (!track) return refused((await input.getPrimaryAudioTrack()) ? 'audio' : 'damaged');
  if (!(await hasItsEnd(track))) return refused('truncated');
  const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
  const durationMs = Math.round((await track.computeDuration()) * 1000);
  const contentType = (await input.getMimeType()).slice(0, 200);
  return { kind: 'video', measures: { width, height, durationMs, contentType } };
}

async function hasItsEnd(track: InputVideoTrack): Promise<boolean> {
  return (await new EncodedPacketSink(track).getPacket(Number.POSITIVE_INFINITY)) !== null;
}

function refused(reason: Extract<Measured, { readonly kind: 'refused' }>['reason']): Measured {
  return { kind: 'refused', reason };
}
