import * as v from 'valibot';
import { registerRoute } from 'workbox-routing';
import { VideoIdSchema } from '../../sync/ids.ts';
import { createMediaServer } from '../media/serve.ts';
import type { ActiveLibrary } from './library.ts';

const MEDIA_PATH = /^\/media\/([^/]+?)(\/poster)?$/;

/** Puts this device's copies in front of the server's. */
export function installMediaRoute(library: ActiveLibrary): void {
  const server = createMediaServer({
    tables: async () => (await library.open())?.tables ?? null,
    network: (request) => fetch(request),
    // The browser closed the database, or it is damaged: the next request opens it anew.
    onStorageError: library.forget,
  });
  for (const method of ['GET', 'HEAD'] as const) {
    registerRoute(
      ({ url, sameOrigin }) => sameOrigin && MEDIA_PATH.test(url.pathname),
      async ({ request, url, event }) => {
        const [, name, poster] = MEDIA_PATH.exec(url.pathname) ?? [];
        const id = v.safeParse(VideoIdSchema, name);
        if (!id.success) return fetch(request);
        if (poster) return server.poster(id.output, request, (work) => event.waitUntil(work));
        return server.media(id.output, request);
      },
      method,
    );
  }
}
