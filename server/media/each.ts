/** Works on what comes, on a few at once; the first failure ends it. */
export async function eachOf<T>(
  items: AsyncIterable<T> | Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let failed = false;

  async function worker(): Promise<void> {
    while (!failed) {
      const next = await iterator.next();
      if (next.done) return;
      await work(next.value);
    }
  }

  try {
    await Promise.all(Array.from({ length: limit }, worker));
  } finally {
    failed = true;
    await iterator.return?.();
  }
}
