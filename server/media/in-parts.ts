/**
 * The same bytes in parts of one size, but for the last, which is not empty. Two buffers take turns: a
 * part is good until the one after the next is asked for.
 * @param head what the first part begins with; it is not given back where nothing comes
 */
export async function* inParts(
  chunks: AsyncIterable<Uint8Array>,
  partBytes: number,
  head: Uint8Array = new Uint8Array(),
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let [part, other] = [new Uint8Array(partBytes), new Uint8Array(partBytes)];
  part.set(head);
  let length = head.byteLength;
  let isNews = false;
  for await (let chunk of chunks) {
    while (chunk.byteLength > 0) {
      const taken = chunk.subarray(0, partBytes - length);
      part.set(taken, length);
      length += taken.byteLength;
      chunk = chunk.subarray(taken.byteLength);
      isNews = true;
      if (length < partBytes) continue;
      yield part;
      [part, other] = [other, part];
      length = 0;
      isNews = false;
    }
  }
  if (isNews) yield part.subarray(0, length);
}
