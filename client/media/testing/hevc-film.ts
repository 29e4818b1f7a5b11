import {
  BufferTarget,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
  type OutputFormat,
} from 'mediabunny';

/** A whole MP4 in a codec that this Chromium has no decoder for. */
export async function hevc(): Promise<Uint8Array<ArrayBuffer>> {
  const source = new EncodedVideoPacketSource('hevc');
  const { output, bytes } = outputOf(new Mp4OutputFormat({ fastStart: 'in-memory' }));
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

export function outputOf(format: OutputFormat) {
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const bytes = async () => {
    await output.finalize();
    return new Uint8Array(target.buffer ?? new ArrayBuffer(0));
  };
  return { output, bytes };
}
