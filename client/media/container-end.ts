import type { Sniffed } from './sniff.ts';

/** Whether a file ends before its container says that it does: a download or a copy that broke off. */
export function isCutShort(file: Blob, container: Sniffed): Promise<boolean> {
  if (container === 'iso') return isIsoCutShort(file);
  return container === 'matroska' ? isMatroskaCutShort(file) : Promise.resolve(false);
}

/** More boxes than this at the top are fragments, the last of which may always be missing. */
const MAX_BOXES = 1_000;

async function isIsoCutShort(file: Blob): Promise<boolean> {
  let at = 0;
  let type = 0;
  for (let count = 0; count < MAX_BOXES && at + 8 <= file.size; count++) {
    const header = await view(file, at, 16);
    type = header.getUint32(4);
    const size = header.getUint32(0);
    // To the end of the file, however far that is.
    if (size === 0) return false;
    const wide = size === 1 && header.byteLength === 16;
    const length = wide ? Number(header.getBigUint64(8)) : size;
    if (length < 8) return false;
    at += length;
  }
  // What is none of these may be anything, and no box at all.
  return at > file.size && BOXES.has(type);
}

/** `moov`, `mdat` and `moof`. */
const BOXES: ReadonlySet<number> = new Set([0x6d6f6f76, 0x6d646174, 0x6d6f6f66]);
const SEGMENT = 0x18538067;

async function isMatroskaCutShort(file: Blob): Promise<boolean> {
  const head = await view(file, 0, 200);
  const header = vint(head, 4);
  if (header === null || header.value === null) return false;
  const segmentAt = header.end + header.value;
  if (segmentAt + 12 > head.byteLength || head.getUint32(segmentAt) !== SEGMENT) return false;
  const segment = vint(head, segmentAt + 4);
  return segment !== null && segment.value !== null && segment.end + segment.value > file.size;
}

/** A length of EBML; `value` is null where it was not known when it was written. */
function vint(bytes: DataView, at: number): { readonly value: number | null; readonly end: number } | null {
  const first = at < bytes.byteLength ? bytes.getUint8(at) : 0;
  const width = Math.clz32(first) - 23;
  if (width > 8 || at + width > bytes.byteLength) return null;
  let value = first & (0xff >> width);
  let isUnknown = value === 0xff >> width;
  for (let index = 1; index < width; index++) {
    const byte = bytes.getUint8(at + index);
    isUnknown &&= byte === 0xff;
    value = value * 256 + byte;
  }
  return { value: isUnknown ? null : value, end: at + width };
}

async function view(file: Blob, at: number, length: number): Promise<DataView> {
  return new DataView(await file.slice(at, at + length).arrayBuffer());
}
