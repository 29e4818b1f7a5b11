import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BufferSource,
  BufferTarget,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import { type Person, signUp } from '../../tests/support/person.ts';
import { startServer } from '../../tests/support/server.ts';

/** A short film of 640 by 360, as our own provider renders it. */
export async function renderedFilm(): Promise<Uint8Array> {
  await using server = await startServer({ env: { LOG_LEVEL: 'error' } });
  const person = await signUp((path, init) => fetch(server.url + path, init));
  await person.send('POST', '/api/generations', { prompt: 'A fox in the snow' });
  const id = await firstStored(person);
  return new Uint8Array(await (await person.fetch(`/media/${id}`)).arrayBuffer());
}

async function firstStored(person: Person): Promise<string> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200)) {
    const { data } = await (await person.fetch('/api/user/videos?status=completed&limit=1')).json();
    if (data.videos[0]) return data.videos[0].id;
  }
  throw new Error('no film was rendered');
}

/**
 * The same pictures again and again, each frame filled up with NAL units that decoders pass over: a
 * film of any size whose every frame has to be found and read, as in one of that bit rate.
 */
export async function writeFilm(path: string, source: Uint8Array, bytes: number): Promise<void> {
  const input = new Input({ source: new BufferSource(source), formats: [MP4] });
  const track = await input.getPrimaryVideoTrack();
  const decoderConfig = await track?.getDecoderConfig();
  if (!track || !decoderConfig) throw new Error('no picture in the film');
  const packets: EncodedPacket[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet);
  const length = await track.computeDuration();
  const rounds = Math.ceil((bytes * 8) / BITS_PER_SECOND / length);
  const plain = packets.reduce((sum, { data }) => sum + data.byteLength, 0) * rounds;
  const filler = fillerUnit(Math.max(0, Math.floor((bytes - plain) / (packets.length * rounds))));

  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const video = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(video);
  await output.start();
  for (let round = 0; round < rounds; round++) {
    for (const { data, type, timestamp, duration } of packets) {
      const filled = Buffer.concat([data, filler]);
      await video.add(new EncodedPacket(filled, type, timestamp + round * length, duration), { decoderConfig });
    }
  }
  await output.finalize();
  if (!target.buffer) throw new Error('the film could not be written');
  await writeFile(path, new Uint8Array(target.buffer));
}

/** As a phone records 1080p. */
const BITS_PER_SECOND = 7_000_000;

/** Type 12 of H.264, behind its length in four bytes. */
function fillerUnit(bytes: number): Buffer {
  if (bytes < 6) return Buffer.alloc(0);
  const unit = Buffer.alloc(bytes, 0xff);
  unit.writeUInt32BE(bytes - 4);
  unit[4] = 0x0c;
  unit[bytes - 1] = 0x80;
  return unit;
}
