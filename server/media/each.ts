/** Works on what comes, on a few at once; the first failure ends it. */
export async function eachOf<T>(
  items: AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  let failed = false;

  async function worker(): Promise<void> {
    while (!failed) {
      const { done, value } = await iterator.next();
      if (done) return;
      await work(value);
    }
  }

  try {
    await Promise.all(Array.from({ length: limit }, worker));
  } finally {
    failed = true;
    await iterator.return?.();
  }
}
