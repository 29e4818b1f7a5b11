import { Dexie, type Table } from 'dexie';

const INDEXES =
  'id, dirty, saveState, [deleted+createdAt], [deleted+saveState+createdAt], [deleted+favorite+createdAt]';

interface WireRow {
  readonly id: string;
  readonly rev: number;
  readonly create: { readonly createdAt: number };
  readonly fields: object;
  readonly server: object;
}

class BareDatabase extends Dexie {
  declare readonly videos: Table<{ readonly id: string }, string>;

  constructor() {
    super('bare');
    this.version(1).stores({ videos: INDEXES });
  }
}

const db = new BareDatabase();
const never = () => Promise.reject(new Error('the floor only reads'));

window.bench = {
  open: async () => void (await db.open()),
  firstSync: async () => {
    const started = performance.now();
    let at = 0;
    for (let more = true; more; ) {
      const page: { rows: WireRow[]; more: boolean } = await (await fetch(`/pages/${at}`)).json();
      await db.videos.bulkPut(page.rows.map(record));
      at += page.rows.length;
      more = page.more;
    }
    return performance.now() - started;
  },
  count: () => db.videos.count(),
  has: async (id) => (await db.videos.get(id)) !== undefined,
  addPending: never,
  push: never,
  pending: never,
  live: never,
  edit: never,
  seen: never,
};

/** The record that our own store would write for it. */
function record({ id, rev, create, fields, server }: WireRow) {
  return {
    id,
    create,
    copyId: id,
    fields,
    received: { epoch: '0123456789abcdef', rev, stamps: {}, server },
    rejection: null,
    failures: 0,
    seenIn: '0123456789abcdef',
    saveState: 'synced',
    dirty: undefined,
    deleted: 0,
    favorite: undefined,
    createdAt: create.createdAt,
  };
}
