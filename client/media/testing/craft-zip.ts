/** An archive by hand, as nobody should write one: every number in it can be a lie. */
export interface CraftedFile {
  readonly name: string;
  readonly data: Blob;
  readonly method?: number;
  readonly flags?: number;
  /** What the directory says of it. */
  readonly size?: number;
  readonly packed?: number;
  readonly offset?: number;
  readonly localName?: string;
}

export function craftZip(
  files: readonly CraftedFile[],
  lies: { readonly count?: number; readonly bytes?: number; readonly at?: number } = {},
): Blob {
  const parts: BlobPart[] = [];
  const directory: BlobPart[] = [];
  let at = 0;
  let length = 0;
  const push = (...more: readonly (Uint8Array<ArrayBuffer> | Blob)[]) => {
    for (const part of more) {
      parts.push(part);
      at += part instanceof Blob ? part.size : part.length;
    }
  };
  for (const { name, data, method = 0, flags = 0x0808, localName = name, ...said } of files) {
    const offset = said.offset ?? at;
    const local = utf8(localName);
    push(
      numbers([4, 0x04034b50], [2, 45], [2, flags], [2, method], [8, 0], [8, 0], [2, local.length], [2, 0]),
      local,
      data,
    );
    const [size, packed] = [said.size ?? data.size, said.packed ?? said.size ?? data.size];
    const extra = numbers([2, 1], [2, 24], [8, size], [8, packed], [8, offset]);
    const central = utf8(name);
    const all = 0xffffffff;
    const row = numbers(
      ...([
        [4, 0x02014b50],
        [4, 0],
        [2, flags],
        [2, method],
        [8, 0],
        [4, all],
        [4, all],
      ] as const),
      ...([
        [2, central.length],
        [2, extra.length],
        [2, 0],
        [4, 0],
        [4, 0],
        [4, all],
      ] as const),
    );
    directory.push(row, central, extra);
    length += row.length + central.length + extra.length;
  }
  const start = at;
  const [count, bytes, from] = [lies.count ?? files.length, lies.bytes ?? length, lies.at ?? start];
  const end = numbers(
    ...([
      [4, 0x06064b50],
      [8, 44],
      [4, 0],
      [8, 0],
      [8, count],
      [8, count],
      [8, bytes],
      [8, from],
    ] as const),
    ...([
      [4, 0x07064b50],
      [4, 0],
      [8, start + length],
      [4, 1],
    ] as const),
    ...([
      [4, 0x06054b50],
      [4, 0],
      [4, 0xffffffff],
      [4, 0xffffffff],
      [4, 0xffffffff],
      [2, 0],
    ] as const),
  );
  return new Blob([...parts, ...directory, end]);
}

/** Little-endian numbers of so many bytes each. */
function numbers(...list: readonly (readonly [bytes: number, value: number])[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(list.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of list) {
    for (let index = 0; index < bytes; index++) out[at++] = Math.floor(value / 256 ** index) % 256;
  }
  return out;
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
