/** Waits until something is so, in a test or in a hook. @throws with what it was last, when the time is over */
export async function until<T>(read: () => T | Promise<T>, isSo: (value: T) => boolean, timeout = 30_000): Promise<T> {
  const end = Date.now() + timeout;
  for (let rest = 25; ; rest = Math.min(250, rest * 2)) {
    const value = await read();
    if (isSo(value)) return value;
    if (Date.now() > end) throw new Error(`not within ${timeout} ms; at last ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, rest));
  }
}
