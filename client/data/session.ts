import { Dexie } from 'dexie';
import * as v from 'valibot';
import { ZERO_STAMP } from '../../sync/hlc.ts';
import { DeviceIdSchema, type UserId } from '../../sync/ids.ts';
import { AppDatabase } from './app-database.ts';
import { databaseName, UserDatabase } from './database.ts';
import { deriveColumns, markDerived } from './derive-columns.ts';
import type { DatabaseEvent } from './device-database.ts';
import { logEvent } from './event-log.ts';
import { openInTurn } from './open-in-turn.ts';
import { SCHEMA_VERSION } from './schema.ts';
import { writeMeta } from './sync-store.ts';

/** Who uses this browser now; the service worker reads it before it serves media or syncs. */
export interface ActiveUser {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
}

/** What a worker asks of the session: who it is, and to note that the server knows them no longer. */
export interface SessionState {
  readonly read: () => Promise<{ readonly user: ActiveUser; readonly expired: boolean } | null>;
  readonly setExpired: (expired: boolean) => Promise<void>;
}

export interface SessionStore extends SessionState {
  readonly signIn: (user: ActiveUser) => Promise<void>;
  /** Forgets who is active, until the server heard of it too; the person's database stays for them. */
  readonly signOut: () => Promise<void>;
  readonly isRevocationDue: () => Promise<boolean>;
  readonly revoked: () => Promise<void>;
  /** Forgets who is active, since their account is deleted; what they have here is to be removed. */
  readonly forget: (user: UserId) => Promise<void>;
  /** Whose things are to be removed. */
  readonly removalDue: () => Promise<readonly UserId[]>;
  /** Removes what the databases here have of them; broken off, it is due again. */
  readonly remove: (user: UserId) => Promise<void>;
}

/** The session as this device knows it, with the network off too. */
export function createSessionStore(): SessionStore {
  const db = new AppDatabase();
  const due = async () => {
    const record = await db.session.get('removal');
    return record?.key === 'removal' ? record.users : [];
  };
  return {
    ...createSessionState(db),
    signIn: (user) =>
      write(db, async () => {
        await db.session.put({ key: 'active', user, expired: false });
        await db.session.delete('sign-out');
      }),
    signOut: () =>
      write(db, async () => {
        await db.session.delete('active');
        await db.session.put({ key: 'sign-out', at: Date.now() });
      }),
    isRevocationDue: () => db.resilient(async () => (await db.session.get('sign-out')) !== undefined),
    revoked: () => write(db, () => db.session.delete('sign-out')),
    forget: (user) =>
      write(db, async () => {
        await db.session.delete('active');
        await db.session.put({ key: 'removal', users: [...(await due()), user] });
      }),
    removalDue: () => db.resilient(due),
    remove: async (user) => {
      await db.resilient(() => db.inbox.filter((file) => file.user === user).delete());
      await removeUserDatabase(user);
      await write(db, async () => {
        const users = (await due()).filter((other) => other !== user);
        if (users.length > 0) await db.session.put({ key: 'removal', users });
        else await db.session.delete('removal');
      });
    },
  };
}

export function createSessionState(db = new AppDatabase()): SessionState {
  const active = async () => {
    const record = await db.session.get('active');
    return record?.key === 'active' ? record : null;
  };
  return {
    read: () => openInTurn(() => db.resilient(active)),
    setExpired: (expired) =>
      write(db, async () => {
        const record = await active();
        if (record && record.expired !== expired) await db.session.put({ ...record, expired });
      }),
  };
}

function write(db: AppDatabase, work: () => Promise<void>): Promise<void> {
  return db.resilient(() => db.transaction('rw', db.session, work));
}

/**
 * Opens a person's database, made on the first time with a device id of its own.
 * @param onEvent hears what befalls it from the first moment on
 * @throws {StorageFailed} where this device's storage does not open
 */
export async function openUserDatabase(
  user: UserId,
  onEvent: (event: DatabaseEvent) => void = () => undefined,
): Promise<UserDatabase> {
  const db = new UserDatabase(user);
  db.watch(onEvent);
  // At every opening: the browser may have cleared what was here under an open page.
  db.on('ready', (opening) => setUp(opening, user), true);
  await openInTurn(() => db.resilient(() => db.open()));
  const from = await db.resilient(() => deriveColumns(db));
  const by = 'document' in globalThis ? 'page' : 'worker';
  if (from !== null) await logEvent(db, { by, kind: 'schema', details: { from, to: SCHEMA_VERSION } });
  return db;
}

/** @param opening the database as it is handed to what runs before anyone else may use it */
async function setUp(opening: Dexie, user: UserId): Promise<void> {
  await opening.transaction('rw', 'meta', async (transaction) => {
    const meta: UserDatabase['meta'] = transaction.table('meta');
    if (await meta.get('sync')) return;
    await markDerived(transaction);
    await writeMeta(
      { meta },
      {
        user,
        device: newDeviceId(),
        epoch: null,
        cursor: null,
        head: null,
        lastStamp: ZERO_STAMP,
        clockOffset: 0,
        lastSyncAt: null,
      },
    );
  });
}

/** Removes everything a person has on this device, unsaved work included. */
export async function removeUserDatabase(user: UserId): Promise<void> {
  await Dexie.delete(databaseName(user));
}

function newDeviceId() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return v.parse(DeviceIdSchema, Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''));
}
