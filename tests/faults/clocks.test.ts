import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASS } from '../support/fault-proxy.ts';
import { until } from '../support/until.ts';
import { expectAtRest, expectSameLibrary, libraryIn, query, submissions } from './oracle.ts';
import { kick, runningApp } from './running-app.ts';
import { NO_FILM, pushImports } from './seeding.ts';
import { openWorld, type Station, type World, withoutWorker } from './world.ts';

const DAY = 24 * 60 * 60_000;
/** Of the first, second and third device, beside the true time. */
const SHIFTS = [DAY, -DAY, 0];

let world: World;
let phone: Station;
let tablet: Station;
let desk: Station;
beforeAll(async () => {
  world = await openWorld({ prepare: (page, index) => shiftClock(page, SHIFTS[index] ?? 0) });
  phone = world.phone;
  [tablet, desk] = [await world.another(), await world.another()];
  await pushImports(desk.page, 3);
  await expectSameLibrary(world.server, pages());
});
afterAll(() => world[Symbol.asyncDispose]());

const pages = () => [phone.page, tablet.page, desk.page];

describe('a timestamp cursor skips late commits: commits interleave, clocks are a day apart', () => {
  test('[PULL-1] what is committed after others read on reaches them all the same', async () => {
    const { server } = world;
    const made: string[] = [];
    for (let round = 0; round < 4; round++) {
      const [late, early] = round % 2 === 0 ? [phone, tablet] : [tablet, phone];
      // The first to act is the last to arrive: the others have read past its moment by then.
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      late.proxy.inject(({ path }) => (path === '/api/sync' ? { kind: 'hold', at: 'request', until: released } : PASS));
      made.push(await ask(late.page, `late ${round}`));
      made.push(await ask(early.page, `early ${round}`));
      await until(
        async () => {
          await kick(early.page);
          await kick(desk.page);
          return prompts(desk.page);
        },
        (heard) => heard.includes(`early ${round}`),
      );
      expect(await prompts(desk.page)).not.toContain(`late ${round}`);
      release();
      late.proxy.inject(null);
      await until(
        async () => {
          await kick(late.page);
          await kick(desk.page);
          return prompts(desk.page);
        },
        (heard) => heard.includes(`late ${round}`),
      );
    }
    await expectAtRest(pages());
    await expectSameLibrary(server, pages());
    expect((await libraryIn(server)).generations).toHaveLength(8);
    expect(made.map((id) => submissions(server).get(id))).toEqual(made.map(() => 1));
  });

  test('[HLC-1] who acts last is right, whatever the clocks say', async () => {
    const video = (await libraryIn(world.server)).videos[0]?.id ?? '';
    for (const [index, station] of [phone, tablet, desk, tablet, phone, desk].entries()) {
      await rename(station.page, video, `Take ${index}`);
      await until(
        async () => {
          for (const page of pages()) await kick(page);
          return Promise.all(pages().map((page) => titleOn(page, video)));
        },
        (titles) => titles.every((title) => title === `Take ${index}`),
      );
    }
  });

  test('[ROW-3] nothing is made in the future of the server', async () => {
    const rows = await query(world.server, 'SELECT created_at FROM generation');
    for (const { created_at } of rows) expect(Number(created_at)).toBeLessThanOrEqual(Date.now());
  });

  test('[HLC-2] a clock that is set a day ahead while the app runs: edits land at once, in their order, with stamps of now', async () => {
    const { server } = world;
    const videos = (await libraryIn(server)).videos.map(({ id }) => id);
    const [first = '', second = ''] = videos;
    await desk.page.evaluate((ms) => Reflect.set(globalThis, 'clockShift', ms), DAY);
    desk.proxy.inject(({ path }) => (path === '/api/sync' ? { kind: 'reset_before' } : PASS));
    await rename(desk.page, first, 'Not this');
    await rename(desk.page, second, 'Second');
    await rename(desk.page, first, 'But this');
    desk.proxy.inject(null);
    await expectAtRest(pages());
    await expectSameLibrary(server, pages());
    const after = await libraryIn(server);
    const fieldOf = (id: string) => after.videos.find((row) => row.id === id)?.fields.title ?? [];
    expect([fieldOf(first)[0], fieldOf(second)[0]]).toEqual(['But this', 'Second']);
    for (const id of [first, second]) expect(timeOf(fieldOf(id)[1])).toBeLessThan(Date.now() + 60_000);
    expect(String(fieldOf(first)[1]) > String(fieldOf(second)[1])).toBe(true);
  });
});

/** Makes the clock of all that runs in a page go wrong, and keeps the worker, whose clock stays right, out of it. */
async function shiftClock(page: Page, ms: number): Promise<void> {
  await withoutWorker(page);
  await page.addInitScript((shift) => {
    Reflect.set(globalThis, 'clockShift', shift);
    const True = Date;
    const now = () => True.now() + Number(Reflect.get(globalThis, 'clockShift'));
    globalThis.Date = new Proxy(True, {
      construct: (target, args) => Reflect.construct(target, args.length === 0 ? [now()] : args),
      get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
    });
  }, ms);
}

async function ask(page: Page, prompt: string): Promise<string> {
  const input = { ...NO_FILM, prompt };
  return (await runningApp(page)).evaluate(({ commands }, asked) => commands.generate(asked), input);
}

async function prompts(page: Page): Promise<readonly string[]> {
  return (await runningApp(page)).evaluate(async ({ db }) =>
    (await db.generations.toArray()).map(({ create }) => create.prompt),
  );
}

async function rename(page: Page, video: string, title: string): Promise<void> {
  await (await runningApp(page)).evaluate(
    async ({ commands, db }, wanted) => {
      const id = (await db.videos.toCollection().primaryKeys()).find((key) => key === wanted.video);
      if (id) await commands.setTitle(id, wanted.title);
    },
    { video, title },
  );
}

async function titleOn(page: Page, video: string): Promise<unknown> {
  return (await runningApp(page)).evaluate(
    async ({ db }, wanted) => (await db.videos.toArray()).find(({ id }) => id === wanted)?.fields.title?.[0],
    video,
  );
}

/** The first twelve hexadecimal digits of a stamp are its milliseconds. [HLC-1] */
function timeOf(stamp: unknown): number {
  return Number.parseInt(String(stamp).slice(0, 12), 16);
}
