import {
  AudioBufferSource,
  BufferTarget,
  CanvasSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  MkvOutputFormat,
  MovOutputFormat,
  Mp4OutputFormat,
  Output,
  type OutputFormat,
  WebMOutputFormat,
} from 'mediabunny';

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

/** A whole MP4 in a codec that this Chromium has no decoder for. */
export async function hevc(): Promise<Uint8Array<ArrayBuffer>> {
  const source = new EncodedVideoPacketSource('hevc');
  const { output, bytes } = outputOf(FORMATS.mp4());
  output.addVideoTrack(source);
  await output.start();
  for (let index = 0; index < 10; index++) {
    const data = Uint8Array.from([0, 0, 0, 6, index === 0 ? 0x26 : 0x02, 1, 0xaf, 8, 0x40, index]);
    const packet = new EncodedPacket(data, index === 0 ? 'key' : 'delta', index / 10, 0.1);
    const decoderConfig = { codec: 'hvc1.1.6.L93.B0', codedWidth: 320, codedHeight: 180, description: HVCC };
    await source.add(packet, { decoderConfig });
  }
  return bytes();
}

/** A configuration record without parameter sets. */
const HVCC = Uint8Array.from([
  1, 1, 0x60, 0, 0, 0, 0xb0, 0, 0, 0, 0, 0, 93, 0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f, 0,
]);

function outputOf(format: OutputFormat) {
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const bytes = async () => {
    await output.finalize();
    return new Uint8Array(target.buffer ?? new ArrayBuffer(0));
  };
  return { output, bytes };
}
