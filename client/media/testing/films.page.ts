import {
  AudioBufferSource,
  CanvasSource,
  MkvOutputFormat,
  MovOutputFormat,
  Mp4OutputFormat,
  WebMOutputFormat,
} from 'mediabunny';
import { outputOf } from './hevc-film.ts';

const FORMATS = {
  mp4: () => new Mp4OutputFormat({ fastStart: 'in-memory' }),
  /** The index at the end, as a camera writes it. */
  slow: () => new Mp4OutputFormat({ fastStart: false }),
  mov: () => new MovOutputFormat(),
  webm: () => new WebMOutputFormat(),
  mkv: () => new MkvOutputFormat(),
} as const;

/** A real film of this browser's own encoder: a bar that moves over a colour. */
export async function film(
  as: keyof typeof FORMATS,
  options: { readonly seconds?: number; readonly blackFor?: number; readonly colour?: string } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { seconds = 1, blackFor = 0, colour = 'rgb(220 90 40)' } = options;
  const canvas = new OffscreenCanvas(160, 90);
  const context = canvas.getContext('2d');
  const source = new CanvasSource(canvas, { codec: 'vp9', bitrate: 200_000 });
  const { output, bytes } = outputOf(FORMATS[as]());
  output.addVideoTrack(source);
  await output.start();
  for (let frame = 0; frame < 10 * seconds; frame++) {
    const at = frame / 10;
    if (context) {
      context.fillStyle = at < blackFor ? 'black' : colour;
      context.fillRect(0, 0, 160, 90);
      context.fillStyle = at < blackFor ? 'black' : 'white';
      context.fillRect(160 * (at / seconds), 20, 8, 50);
    }
    await source.add(at, 0.1);
  }
  return bytes();
}

/** A container of films with nothing to see in it. */
export async function tone(): Promise<Uint8Array<ArrayBuffer>> {
  const buffer = new AudioBuffer({ length: 24_000, sampleRate: 48_000 });
  const source = new AudioBufferSource({ codec: 'opus', bitrate: 64_000 });
  const { output, bytes } = outputOf(FORMATS.webm());
  output.addAudioTrack(source);
  await output.start();
  await source.add(buffer);
  return bytes();
}
