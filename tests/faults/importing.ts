/** Bytes that only one device has, put there past the app. */
import { getRandomValues } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { uuidv7 } from '../../sync/ids.ts';
import { runningApp } from './running-app.ts';

const TINY = readFileSync(join(import.meta.dirname, '../fixtures/tiny.mp4'));

export interface HeldFilm {
  readonly id: string;
  readonly sha256: string;
  readonly size: number;
}

/** A film that a person imported on this device, as large as asked for; it is pending and not sent. */
export function importFilm(page: Page, size: number): Promise<HeldFilm> {
  return hold(page, { id: newId(), size, isNew: true, film: TINY });
}

/** What no server takes for a film, though the device did. */
export function importRubbish(page: Page, size: number): Promise<HeldFilm> {
  return hold(page, { id: newId(), size, isNew: true, film: Buffer.from('This is no film at all') });
}

/** This device has the bytes of a video that it knows already, whole. */
export function holdFilm(page: Page, id: string, size: number): Promise<HeldFilm> {
  return hold(page, { id, size, isNew: false, film: TINY });
}

function newId(): string {
  return uuidv7(Date.now(), getRandomValues(new Uint8Array(10)));
}

async function hold(
  page: Page,
  held: { readonly id: string; readonly size: number; readonly isNew: boolean; readonly film: Buffer },
): Promise<HeldFilm> {
  const app = await runningApp(page);
  return app.evaluate(
    async ({ db, syncNow }, { id, size, isNew, start }) => {
      const film = Uint8Array.from(atob(start), (char) => char.charCodeAt(0));
      // A real film, and behind it a box that players pass over.
      const box = new Uint8Array(Math.max(8, size - film.length));
      new DataView(box.buffer).setUint32(0, box.length);
      box.set(new TextEncoder().encode('free'), 4);
      for (let at = 8; at < box.length; at += 65_536) crypto.getRandomValues(box.subarray(at, at + 65_536));
      const bytes = await new Blob([film, box]).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');

      const total = bytes.byteLength;
      const STEP = 8 * 1024 * 1024;
      for (let offset = 0; offset < total; offset += STEP) {
        const data = new Blob([bytes.slice(offset, offset + STEP)]);
        await db.segments.put({ copyId: id, offset, length: data.size, data });
      }
      const copy = { copyId: id, contentType: 'video/mp4', etag: `"${sha256}"`, total, received: total };
      await db.copies.put({ ...copy, state: 'verified', pinned: false, lastPlayedAt: 0 });
      const create = { origin: 'imported', createdAt: Date.now(), params: {} };
      const row = { id, copyId: id, create, fields: {}, received: null, known: null, rejection: null, failures: 0 };
      const columns = { seenIn: null, saveState: 'pending', dirty: 1, deleted: 0, createdAt: create.createdAt };
      if (isNew) await db.table('videos').put({ ...row, ...columns });
      syncNow();
      return { id, sha256, size: total };
    },
    { ...held, start: held.film.toString('base64') },
  );
}
