import {
  BufferSource,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';

/** The same film with its index first, so that it plays from its first bytes. */
export async function toFaststart(mp4: Uint8Array): Promise<Uint8Array> {
  const input = new Input({ source: new BufferSource(mp4), formats: [MP4] });
  const track = await input.getPrimaryVideoTrack();
  const decoderConfig = await track?.getDecoderConfig();
  if (!track || !decoderConfig) throw new Error('The encoder gave no video track.');

  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const source = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(source);
  await output.start();
  for await (const packet of new EncodedPacketSink(track).packets()) {
    // The encoder's own file says of every picture that it can be begun with, which a player believes when it seeks.
    const type = (await track.determinePacketType(packet)) ?? packet.type;
    await source.add(packet.clone({ type }), { decoderConfig });
  }
  await output.finalize();
  if (target.buffer === null) throw new Error('The film could not be put in order.');
  const bytes = new Uint8Array(target.buffer);
  clearDates(bytes, 0, bytes.length);
  return bytes;
}

const CONTAINERS = new Set(['moov', 'trak', 'mdia']);
const DATED = new Set(['mvhd', 'tkhd', 'mdhd']);

/** The muxer stamps the time of day into three boxes; the same prompt and seed must give the same bytes. */
function clearDates(bytes: Uint8Array, from: number, to: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = from; at + 8 <= to; ) {
    const size = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    // Sizes 0 and 1 only occur on media data, which comes last.
    if (size < 8) return;
    if (CONTAINERS.has(type)) clearDates(bytes, at + 8, at + size);
    // Version and flags (4 bytes), then creation and modification time, twice as wide in version 1.
    if (DATED.has(type)) bytes.fill(0, at + 12, at + 12 + (bytes[at + 8] === 1 ? 16 : 8));
    at += size;
  }
}
