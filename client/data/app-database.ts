import type { Table } from 'dexie';
import type { UserId } from '../../sync/ids.ts';
import type { Notice } from '../../sync/notice.ts';
import { DeviceDatabase } from './device-database.ts';
import type { ActiveUser } from './session.ts';

export interface SessionRecord {
  readonly key: 'active';
  readonly user: ActiveUser;
  /** The server no longer knows this session; local work goes on. */
  readonly expired: boolean;
}

export interface PendingSignOut {
  readonly key: 'sign-out';
  readonly at: number;
}

/** Whose accounts are deleted, until nothing of theirs is on this device any more. */
export interface PendingRemoval {
  readonly key: 'removal';
  readonly users: readonly UserId[];
}

/** This browser asked to be told of what ends. */
export interface NoticesRecord {
  readonly key: 'notices';
  readonly user: UserId;
  /** In the language of the app when they were written. */
  readonly words: Readonly<Record<Notice['kind'], string>>;
}

/** A file that another app handed over, until it is imported. */
export interface SharedFile {
  /** Counts up; the browser gives it. */
  readonly seq?: number;
  /** Whose it is: who used this browser then, or null for whoever signs in next. */
  readonly user: UserId | null;
  readonly name: string;
  readonly lastModified: number;
  readonly data: Blob;
}

/** The small database that exists before anyone signed in. Its versions obey the rules of `schema.ts`. */
export class AppDatabase extends DeviceDatabase {
  declare readonly session: Table<SessionRecord | PendingSignOut | PendingRemoval | NoticesRecord, string>;
  declare readonly inbox: Table<SharedFile, number>;

  constructor() {
    super('vidfab');
    this.version(1).stores({ session: 'key' });
    this.version(2).stores({ inbox: '++seq' });
  }
}
