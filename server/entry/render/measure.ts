import { BufferSource, Input, MP4 } from 'mediabunny';

export interface Measured {
  readonly width: number;
  readonly height: number;
  readonly durationMs: number;
}

/** What a player will see, read back out of the finished file. */
export async function measure(mp4: Uint8Array): Promise<Measured> {
  const input = new Input({ source: new BufferSource(mp4), formats: [MP4] });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('The finished film has no video track.');
  const seconds = await track.computeDuration();
  return {
    width: await track.getDisplayWidth(),
    height: await track.getDisplayHeight(),
    durationMs: Math.round(seconds * 1000),
  };
}
