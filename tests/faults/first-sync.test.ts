import { expect, test } from 'vitest';
import { MAX_PAGE_ROWS } from '../../sync/protocol.ts';
import { PASS } from '../support/fault-proxy.ts';
import { signInTo } from '../support/library.ts';
import { until } from '../support/until.ts';
import { expectSameLibrary } from './oracle.ts';
import { runningApp } from './running-app.ts';
import { pushImports } from './seeding.ts';
import { openWorld } from './world.ts';

const ROWS = 8_000;

test('giant transaction makes the UI stale: [PULL-2] 8,000 rows come in pages, and the count on screen grows with each', async () => {
  await using world = await openWorld();
  // A page that runs nothing of the app: only the second device is to be busy.
  await world.phone.page.goto(new URL('/favicon.svg', world.phone.proxy.url).href);
  await pushImports(world.phone.page, ROWS);

  // The next page leaves the proxy only when the last one has been seen on the screen.
  const gates: (() => void)[] = [];
  const laptop = await world.arrive(({ path, n }) => {
    if (path !== '/api/sync' || n === 0) return PASS;
    return { kind: 'hold', at: 'reply', until: new Promise<void>((open) => gates.push(open)) };
  });
  const { page, proxy } = laptop;
  await signInTo(page, world.account);
  await page.getByRole('link', { name: 'Settings', exact: true }).first().click();
  const app = await runningApp(page);
  const line = page.getByText(/^Videos in your library: /);
  const onScreen = async () => Number((await line.textContent())?.replace(/\D/g, ''));

  const counts = [await until(onScreen, (count) => count > 0)];
  while ((counts.at(-1) ?? 0) < ROWS) {
    const last = counts.at(-1) ?? 0;
    expect(await onScreen()).toBe(last);
    expect(await app.evaluate(({ db }) => db.videos.count())).toBe(last);
    // Whoever syncs at the moment, the page or the worker, has its next page held here.
    await until(
      () => gates.length,
      (held) => held > 0,
    );
    for (const open of gates.splice(0)) open();
    counts.push(await until(onScreen, (count) => count > last));
  }
  const steps = counts.map((count, index) => count - (counts[index - 1] ?? 0));
  expect(Math.max(...steps)).toBeLessThanOrEqual(MAX_PAGE_ROWS);
  expect(steps.length).toBeGreaterThan(3);
  expect(counts.at(-1)).toBe(ROWS);

  proxy.inject(null);
  for (const open of gates) open();
  await expectSameLibrary(world.server, [page]);
});
