/** Loaded into a server before anything else: writes what its memory is, ten times a second, to where MEMORY_LOG says. */
import { appendFileSync } from 'node:fs';

const path = process.env.MEMORY_LOG;
if (path !== undefined) {
  setInterval(() => {
    const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
    appendFileSync(path, `${JSON.stringify({ at: Date.now(), heapUsed, external, arrayBuffers, rss })}\n`);
  }, 100).unref();
}
