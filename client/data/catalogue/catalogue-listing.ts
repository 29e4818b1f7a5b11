import type { VideoId } from '../../../sync/ids.ts';
import type { UserDatabase } from '../database.ts';
import { createChunks } from '../gallery/chunks.ts';
import { CHUNK, type Listing, type Shape } from '../gallery/listing.ts';
import { NO_NEIGHBOURS } from '../gallery/neighbours.ts';
import type { GalleryView } from '../gallery/view.ts';
import { liveRead } from '../live-query.ts';
import { readViews } from '../read-views.ts';
import { type Catalogue, openCatalogue } from './catalogue.ts';
import { matching, sorted } from './choose.ts';
import type { Entry } from './entry.ts';
import { membersOf } from './members.ts';

/** Opens listings of a library, whose catalogue is read with the first of them. */
export function createCatalogueListings(db: UserDatabase): (view: GalleryView, locale: string) => Promise<Listing> {
  let catalogue: Promise<Catalogue> | null = null;
  return async (view, locale) => {
    catalogue ??= openCatalogue(db).catch((error: unknown) => {
      // Read anew by the next one.
      catalogue = null;
      throw error;
    });
    return openCatalogueListing({ db, catalogue: await catalogue, locale }, view);
  };
}

/**
 * What the indexes of the rows cannot answer: a search, an order that is not the calendar's, what is
 * kept on this device.
 * @param options.locale of whose alphabet titles are sorted
 */
export async function openCatalogueListing(
  { db, catalogue, locale }: { readonly db: UserDatabase; readonly catalogue: Catalogue; readonly locale: string },
  { filter, sort, search }: GalleryView,
): Promise<Listing> {
  const listeners = new Set<() => void>();
  let ids: readonly VideoId[] = [];
  let shape: Shape = shapeOf(ids);
  let belongs: (entry: Entry) => boolean = () => false;
  let isClosed = false;
  let choosing = Promise.resolve();

  const withUploads = filter === 'pending' || filter === 'failed';
  const chunks = createChunks(db, async (_, offset) => {
    const records = await db.videos.bulkGet(ids.slice(offset, offset + CHUNK));
    return readViews(
      db,
      records.filter((record) => record !== undefined),
      { withUploads },
    );
  });

  function chooseAgain(): Promise<void> {
    choosing = choosing.then(async () => {
      if (isClosed) return;
      const found = await matching(catalogue.entries().values(), { search, belongs });
      const next = (await sorted(found, sort, locale)).map(({ id }) => id);
      if (next.length === ids.length && next.every((id, index) => id === ids[index])) return;
      ids = next;
      shape = shapeOf(ids);
      chunks.refresh();
      for (const listener of listeners) listener();
    });
    return choosing;
  }

  const unwatch = catalogue.watch(() => void chooseAgain());
  let unread = () => {};
  await new Promise<void>((resolve) => {
    unread = liveRead(db, () => membersOf(db, filter)).subscribe((members) => {
      belongs = members;
      void chooseAgain().then(resolve);
    });
  });

  return {
    ...chunks,
    shape: () => shape,
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ids: async (from, to) => ids.slice(from, to),
    neighbours: async (id) => {
      const at = ids.indexOf(id);
      return at === -1 ? NO_NEIGHBOURS : { previous: ids[at - 1] ?? null, next: ids[at + 1] ?? null };
    },
    close: () => {
      isClosed = true;
      unwatch();
      unread();
      chunks.close();
    },
  };
}

function shapeOf({ length }: readonly VideoId[]): Shape {
  return { sections: length === 0 ? [] : [{ key: 'all', span: null, count: length }], isComplete: true };
}
