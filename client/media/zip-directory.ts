/** A file of an archive: where it lies, not what is in it. */
interface Entry {
  readonly name: string;
  readonly size: number;
  /** Of its local header. */
  readonly offset: number;
  /** Where the next thing in the archive begins. */
  readonly end: number;
}

export type ZipRefusal =
  /** Its end, where its directory stands, is missing. */
  | 'zip_cut'
  | 'zip_damaged'
  /** Packed by another program, which compressed or encrypted it. */
  | 'zip_packed'
  /** No archive, or one that is not ours. */
  | 'zip_foreign';

export type Zip =
  | {
      readonly kind: 'zip';
      /** The bytes of a file by reference; null where there is none of that name, or it is not what the directory says. */
      readonly file: (name: string) => Promise<Blob | null>;
      readonly size: (name: string) => number | null;
    }
  | { readonly kind: 'refused'; readonly reason: ZipRefusal };

const END = 0x06054b50;
const END_BYTES = 22;
const LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const END_64 = 0x06064b50;
const END_64_BYTES = 56;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const MAX_COMMENT = 0xffff;
/** A million files with short names; what claims more is made to fill this page's memory. */
const MAX_DIRECTORY_BYTES = 128 * 1024 * 1024;

/**
 * Opens an archive of the kind that we write: files as they are, one after another, listed at the
 * end. Only the list is read. As nothing in it is compressed, no file can be larger than the archive;
 * none may overlap another, so that all of them together cannot be either.
 */
export async function openZip(archive: Blob): Promise<Zip> {
  const start = archive.size < 4 ? null : await view(archive, 0, 4);
  if (start?.getUint32(0, true) !== LOCAL) return refused('zip_foreign');
  const end = await findEnd(archive);
  if (end === null) return refused('zip_cut');
  const { at, bytes, count } = end;
  if (at + bytes > archive.size || bytes < count * CENTRAL_BYTES) return refused('zip_damaged');
  if (bytes > MAX_DIRECTORY_BYTES) return refused('zip_foreign');
  const entries = readDirectory(await view(archive, at, bytes), { at, count });
  if (typeof entries === 'string') return refused(entries);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  if (byName.size !== entries.length) return refused('zip_damaged');
  return {
    kind: 'zip',
    size: (name) => byName.get(name)?.size ?? null,
    file: async (name) => {
      const entry = byName.get(name);
      return entry ? cut(archive, entry) : null;
    },
  };
}

interface End {
  readonly at: number;
  readonly bytes: number;
  readonly count: number;
}

async function findEnd(archive: Blob): Promise<End | null> {
  const from = Math.max(0, archive.size - END_BYTES - MAX_COMMENT - LOCATOR_BYTES);
  const tail = await view(archive, from, archive.size - from);
  for (let at = tail.byteLength - END_BYTES; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END || at + END_BYTES + tail.getUint16(at + 20, true) !== tail.byteLength)
      continue;
    const isLarge = at >= LOCATOR_BYTES && tail.getUint32(at - LOCATOR_BYTES, true) === LOCATOR;
    if (isLarge) return readEnd64(archive, number64(tail, at - LOCATOR_BYTES + 8));
    return {
      count: tail.getUint16(at + 10, true),
      bytes: tail.getUint32(at + 12, true),
      at: tail.getUint32(at + 16, true),
    };
  }
  return null;
}

async function readEnd64(archive: Blob, at: number): Promise<End | null> {
  if (at + END_64_BYTES > archive.size) return null;
  const record = await view(archive, at, END_64_BYTES);
  if (record.getUint32(0, true) !== END_64) return null;
  return { count: number64(record, 32), bytes: number64(record, 40), at: number64(record, 48) };
}

function readDirectory(
  directory: DataView<ArrayBuffer>,
  list: { readonly at: number; readonly count: number },
): readonly Entry[] | ZipRefusal {
  const found: Omit<Entry, 'end'>[] = [];
  let at = 0;
  while (at < directory.byteLength) {
    if (at + CENTRAL_BYTES > directory.byteLength || directory.getUint32(at, true) !== CENTRAL) return 'zip_damaged';
    const [flags, method] = [directory.getUint16(at + 8, true), directory.getUint16(at + 10, true)];
    const lengths = [28, 30, 32].map((place) => directory.getUint16(at + place, true));
    const [nameLength = 0, extraLength = 0, commentLength = 0] = lengths;
    const next = at + CENTRAL_BYTES + nameLength + extraLength + commentLength;
    if (next > directory.byteLength) return 'zip_damaged';
    if (method !== 0 || (flags & 1) !== 0) return 'zip_packed';
    const name = text(directory, at + CENTRAL_BYTES, nameLength);
    const place = placeOf(directory, at, { at: at + CENTRAL_BYTES + nameLength, length: extraLength });
    if (name === null || place === null) return 'zip_damaged';
    found.push({ name, ...place });
    at = next;
  }
  // More than the short form of the count can say, in an archive that needs no other long form.
  if (list.count === 0xffff ? found.length < 0xffff : found.length !== list.count) return 'zip_damaged';
  const sorted = found.toSorted((a, b) => a.offset - b.offset);
  const entries = sorted.map((entry, index) => ({ ...entry, end: sorted[index + 1]?.offset ?? list.at }));
  const isLying = entries.some(({ offset, size, name, end }) => offset + LOCAL_BYTES + name.length + size > end);
  return isLying ? 'zip_damaged' : entries;
}

/** Size and offset; those that do not fit into four bytes stand in the field of ZIP64. */
function placeOf(
  directory: DataView<ArrayBuffer>,
  at: number,
  extra: { readonly at: number; readonly length: number },
): { readonly size: number; readonly offset: number } | null {
  const large = findExtra(directory, extra);
  let next = large?.at ?? 0;
  const value = (place: number): number | null => {
    const short = directory.getUint32(at + place, true);
    if (short !== 0xffffffff) return short;
    if (!large || next + 8 > large.at + large.length) return null;
    next += 8;
    return number64(directory, next - 8);
  };
  const [size, packed, offset] = [value(24), value(20), value(42)];
  return size === null || offset === null || size !== packed ? null : { size, offset };
}

function findExtra(
  directory: DataView<ArrayBuffer>,
  { at, length }: { readonly at: number; readonly length: number },
): { readonly at: number; readonly length: number } | null {
  for (let place = at; place + 4 <= at + length; ) {
    const size = directory.getUint16(place + 2, true);
    if (place + 4 + size > at + length) return null;
    if (directory.getUint16(place, true) === 1) return { at: place + 4, length: size };
    place += 4 + size;
  }
  return null;
}

async function cut(archive: Blob, entry: Entry): Promise<Blob | null> {
  const { offset, size, end, name } = entry;
  const local = await view(archive, offset, LOCAL_BYTES);
  if (local.getUint32(0, true) !== LOCAL) return null;
  const nameLength = local.getUint16(26, true);
  const from = offset + LOCAL_BYTES + nameLength + local.getUint16(28, true);
  const named = await view(archive, offset + LOCAL_BYTES, nameLength);
  return from + size <= end && text(named, 0, nameLength) === name ? archive.slice(from, from + size) : null;
}

async function view(archive: Blob, at: number, length: number): Promise<DataView<ArrayBuffer>> {
  return new DataView(await archive.slice(at, at + length).arrayBuffer());
}

/** Beyond what a number holds exactly it is larger than any archive, and refused as such. */
function number64(data: DataView<ArrayBuffer>, at: number): number {
  return Number(data.getBigUint64(at, true));
}

function text(data: DataView<ArrayBuffer>, at: number, length: number): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(data.buffer, data.byteOffset + at, length));
  } catch {
    return null;
  }
}

function refused(reason: ZipRefusal): { readonly kind: 'refused'; readonly reason: ZipRefusal } {
  return { kind: 'refused', reason };
}
