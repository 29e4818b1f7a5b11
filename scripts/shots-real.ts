import { openDevice } from '../tests/support/device.ts';
import { newAccount, readTable, signUpIn } from '../tests/support/library.ts';
import { order } from '../tests/support/order.ts';
import { startServer } from '../tests/support/server.ts';
import { until } from '../tests/support/until.ts';
import type { Camera } from './camera.ts';

const PROMPTS = [
  'Stars above a desert canyon',
  'A sailing boat on a golden sea',
  'Snow falling on a mountain village',
  'A deer in a misty forest at sunrise',
  'Northern lights over a frozen lake',
  'A castle in the clouds',
  'Rain over a harbour at dusk',
  'A lighthouse in a storm at night',
  'Whales under the northern lights',
  'Desert dunes at sunset, a lone rider',
  'A neon city in the rain',
  'A balloon over a misty valley at dawn',
  'A fox among fireflies in a pine forest',
  'Cherry petals over a quiet lake',
  'A red train through deep snow',
];

/** The screens of the real app on the real server, with films that it rendered. */
export async function shootReal(camera: Camera): Promise<void> {
  const server = await startServer();
  const device = await openDevice(server.url);
  const page = await device.page();
  // As an app that is installed.
  await page.addInitScript(() => addEventListener('beforeinstallprompt', (event) => event.stopImmediatePropagation()));
  const show = async (path: string) => {
    await page.goto(new URL(path, server.url).href);
    await page.locator('h1').first().waitFor();
  };
  await signUpIn(page, newAccount());
  for (const [index, prompt] of PROMPTS.entries())
    await order(page, { prompt, params: { duration: 3, seed: index + 1 } });
  await show('/');
  const saved = async () =>
    (await readTable<{ saveState: string }>(page, 'videos')).filter(({ saveState }) => saveState === 'synced').length;
  await until(saved, (count) => count === PROMPTS.length, 300_000);
  await camera.shoot(page, { name: 'assets' });
  const video = await page.getByTestId('video-tile').filter({ hasText: 'fox' }).getAttribute('data-video-id');
  await show(`/video/${video}`);
  await camera.shoot(page, { name: 'video' });
  await show(`/create?similar=${video}`);
  await camera.shoot(page, { name: 'create-similar' });
  await order(page, { prompt: 'Horses on a beach at dawn', params: { duration: 8 } });
  await order(page, { prompt: 'A robot watering flowers', params: { duration: 8 } });
  await show('/');
  await camera.shoot(page, { name: 'assets-rendering' });
  await device.close();
  await server.stop();
}
