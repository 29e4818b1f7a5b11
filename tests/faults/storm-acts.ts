/** What a person does in a storm, and a ledger of it: what the library must say in the end. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Device } from '../support/device.ts';
import type { Library } from './oracle.ts';
import { kick, runningApp } from './running-app.ts';
import { FILM } from './seeding.ts';

export interface Ledger {
  /** The last that was done to each field of each video. */
  readonly fields: Map<string, Record<string, unknown>>;
  /** Generations asked for. */
  readonly films: string[];
  /** Generations asked for and called off at once. */
  readonly withdrawn: string[];
}

export function newLedger(): Ledger {
  return { fields: new Map(), films: [], withdrawn: [] };
}

interface Work {
  readonly page: Page;
  readonly device: Device;
  readonly ledger: Ledger;
  readonly random: () => number;
  /** Whether another film may be asked for; rendering one takes a while. */
  readonly films: boolean;
}

const ACTS = [
  'film',
  'withdraw',
  'title',
  'title',
  'favorite',
  'favorite',
  'trash',
  'restore',
  'reload',
  'offline',
] as const;

/** One act through the app's own commands. */
export async function workOn({ page, device, ledger, random, films }: Work): Promise<void> {
  const picked = ACTS[Math.floor(random() * ACTS.length)] ?? 'title';
  const act = picked === 'film' && !films ? 'withdraw' : picked;
  if (act === 'reload') {
    await page.reload();
    await runningApp(page);
    return;
  }
  if (act === 'offline') {
    await device.offline(true);
    await change({ page, ledger, random, act: 'title' });
    await kick(page);
    return device.offline(false);
  }
  if (act === 'film' || act === 'withdraw') {
    const app = await runningApp(page);
    const id = await app.evaluate(
      async ({ commands }, { asked, isCalledOff }) => {
        const made = await commands.generate(asked);
        if (isCalledOff) await commands.cancelGeneration(made);
        return made;
      },
      { asked: { ...FILM, prompt: `A ${act} of ${random()}` }, isCalledOff: act === 'withdraw' },
    );
    (act === 'film' ? ledger.films : ledger.withdrawn).push(id);
    return;
  }
  await change({ page, ledger, random, act });
}

async function change(options: {
  readonly page: Page;
  readonly ledger: Ledger;
  readonly random: () => number;
  readonly act: 'title' | 'favorite' | 'trash' | 'restore';
}): Promise<void> {
  const { page, ledger, random, act } = options;
  const app = await runningApp(page);
  const { id, field, value } = await app.evaluate(
    async ({ commands, db }, { kind, at, text, favorite }) => {
      const ids = (await db.videos.toCollection().primaryKeys()).sort();
      const picked = ids[Math.floor(at * ids.length)];
      if (!picked) throw new Error('there is no video yet');
      if (kind === 'title') await commands.setTitle(picked, text);
      if (kind === 'favorite') await commands.setFavorite([picked], favorite);
      if (kind === 'trash') await commands.moveToTrash([picked]);
      if (kind === 'restore') await commands.restore([picked]);
      const name = kind === 'title' || kind === 'favorite' ? kind : 'deletedAt';
      // As it was written here: nothing that comes from elsewhere may ever change it.
      return { id: picked, field: name, value: (await db.videos.get(picked))?.fields[name]?.[0] ?? null };
    },
    { kind: act, at: random(), text: `Take ${random()}`, favorite: random() < 0.5 },
  );
  const row = ledger.fields.get(id) ?? {};
  row[field] = value;
  ledger.fields.set(id, row);
}

/** Lost 0: every act is in the library. */
export function expectKept(ledger: Ledger, library: Library): void {
  for (const [id, fields] of ledger.fields) {
    const row = library.videos.find((video) => video.id === id);
    expect(row, `video ${id}`).toBeDefined();
    const kept = Object.fromEntries(Object.keys(fields).map((name) => [name, row?.fields[name]?.[0] ?? null]));
    expect(kept).toEqual(fields);
  }
}
