import type { After } from '../timers.ts';
import type { Bytes } from './blob-store/blob-store.ts';

const STALL_TIMEOUT_MS = 30_000;

/** The same bytes, which fail when none come for too long. */
export function impatient(body: Bytes, after: After): Bytes {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      let cancelTimeout = () => {};
      const stalled = new Promise<never>((_, reject) => {
        cancelTimeout = after(STALL_TIMEOUT_MS, () => reject(new Error('The bytes stopped coming')));
      });
      try {
        const { done, value } = await Promise.race([reader.read(), stalled]);
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        await reader.cancel(error).catch(() => undefined);
        throw error;
      } finally {
        cancelTimeout();
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
