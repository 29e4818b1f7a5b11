/** What the first bytes of a file say that it is, whatever it is called. */
export type Sniffed =
  /** A container that can hold a video, and that is looked into. */
  | 'iso'
  | 'matroska'
  | 'mpeg_ts'
  | 'picture'
  | 'audio'
  /** A video in a container that no browser plays and nothing here can look into. */
  | 'other_video'
  | 'unknown';

/** How many bytes `sniff` wants to see. */
export const SNIFFED_BYTES = 400;

export function sniff(head: Uint8Array): Sniffed {
  const text = (start: number, end: number) => String.fromCharCode(...head.subarray(start, end));
  const starts = (...bytes: readonly number[]) => bytes.every((byte, index) => head[index] === byte);

  if (text(4, 8) === 'ftyp') return isPictureBrand(text(8, 12)) ? 'picture' : 'iso';
  // QuickTime files of old have no type box.
  if (['moov', 'mdat', 'wide'].includes(text(4, 8))) return 'iso';
  if (starts(0x1a, 0x45, 0xdf, 0xa3)) return 'matroska';
  if ([0, 188, 376].every((at) => head[at] === 0x47) || [4, 196, 388].every((at) => head[at] === 0x47))
    return 'mpeg_ts';
  if (text(0, 4) === 'RIFF') return RIFF[text(8, 12)] ?? 'unknown';
  if (starts(0xff, 0xd8, 0xff) || starts(0x89, 0x50, 0x4e, 0x47) || text(0, 4) === 'GIF8') return 'picture';
  if (text(0, 4) === 'II*\0' || text(0, 4) === 'MM\0*') return 'picture';
  if (['ID3', 'fLaC', 'OggS'].some((magic) => text(0, magic.length) === magic)) return 'audio';
  // Frames of MPEG audio and AAC begin with eleven bits; so do the byte orders of UTF-16.
  const second = head[1] ?? 0;
  if (head[0] === 0xff && second >= 0xe0 && second < 0xfe) return 'audio';
  if (text(0, 3) === 'FLV' || starts(0, 0, 1, 0xba) || starts(0, 0, 1, 0xb3) || starts(0x30, 0x26, 0xb2, 0x75)) {
    return 'other_video';
  }
  return 'unknown';
}

const RIFF: Readonly<Record<string, Sniffed>> = { 'AVI ': 'other_video', WEBP: 'picture', WAVE: 'audio' };

function isPictureBrand(brand: string): boolean {
  return ['avif', 'avis', 'heic', 'heix', 'heim', 'heis', 'mif1', 'msf1', 'hevc', 'hevx', 'jpeg'].includes(brand);
}
