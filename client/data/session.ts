import { Dexie, type Table } from 'dexie';
import * as v from 'valibot';
import { ZERO_STAMP } from '../../sync/hlc.ts';
import { DeviceIdSchema, type UserId } from '../../sync/ids.ts';
import { databaseName, UserDatabase } from './database.ts';
import { writeMeta } from './sync-store.ts';

/** Who uses this browser now; the service worker reads it before it serves media or syncs. */
export interface ActiveUser {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
}

interface SessionRecord {
  readonly key: 'active';
  readonly user: ActiveUser;
  /** The server no longer knows this session; local work goes on. */
  readonly expired: boolean;
}

interface PendingSignOut {
  readonly key: 'sign-out';
  readonly at: number;
}

/** The small database that exists before anyone signed in. */
class AppDatabase extends Dexie {
  declare readonly session: Table<SessionRecord | PendingSignOut, string>;

  constructor() {
    super('vidfab');
    this.version(1).stores({ session: 'key' });
  }
}

export interface SessionStore {
  readonly read: () => Promise<{ readonly user: ActiveUser; readonly expired: boolean } | null>;
  readonly signIn: (user: ActiveUser) => Promise<void>;
  readonly setExpired: (expired: boolean) => Promise<void>;
  /** Forgets who is active, until the server heard of it too; the person's database stays for them. */
  readonly signOut: () => Promise<void>;
  readonly isRevocationDue: () => Promise<boolean>;
  readonly revoked: () => Promise<void>;
}

/** The session as this device knows it, with the network off too. */
export function createSessionStore(): SessionStore {
  const db = new AppDatabase();
  const active = async () => {
    const record = await db.session.get('active');
    return record?.key === 'active' ? record : null;
  };
  return {
    read: active,
    signIn: (user) =>
      db.transaction('rw', db.session, async () => {
        await db.session.put({ key: 'active', user, expired: false });
        await db.session.delete('sign-out');
      }),
    setExpired: async (expired) => {
      const record = await active();
      if (record && record.expired !== expired) await db.session.put({ ...record, expired });
    },
    signOut: () =>
      db.transaction('rw', db.session, async () => {
        await db.session.delete('active');
        await db.session.put({ key: 'sign-out', at: Date.now() });
      }),
    isRevocationDue: async () => (await db.session.get('sign-out')) !== undefined,
    revoked: () => db.session.delete('sign-out'),
  };
}

/** Opens a person's database, made on the first time with a device id of its own. */
export async function openUserDatabase(user: UserId): Promise<UserDatabase> {
  const db = new UserDatabase(user);
  await db.open();
  await db.transaction('rw', db.meta, async () => {
    if (await db.meta.get('sync')) return;
    await writeMeta(db, {
      user,
      device: newDeviceId(),
      epoch: null,
      cursor: null,
      head: null,
      lastStamp: ZERO_STAMP,
      clockOffset: 0,
      lastSyncAt: null,
    });
  });
  return db;
}

/** Removes everything a person has on this device, unsaved work included. */
export async function removeUserDatabase(user: UserId): Promise<void> {
  await Dexie.delete(databaseName(user));
}

function newDeviceId() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return v.parse(DeviceIdSchema, Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''));
}
