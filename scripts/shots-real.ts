import { openDevice } from '../tests/support/device.ts';
import { newAccount, signUpIn } from '../tests/support/library.ts';
import { order } from '../tests/support/order.ts';
import { startServer } from '../tests/support/server.ts';
import type { Camera } from './camera.ts';

const PROMPTS = [
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
  const show = async (path: string) => {
    await page.goto(new URL(path, server.url).href);
    await page.locator('h1').first().waitFor();
  };
  await signUpIn(page, newAccount());
  for (const [index, prompt] of PROMPTS.entries())
    await order(page, { prompt, params: { duration: 3, seed: index + 1 } });
  await show('/');
  await page
    .getByTestId('video-tile')
    .nth(PROMPTS.length - 1)
    .waitFor({ timeout: 120_000 });
  await page.locator('[data-save-state=pending]').first().waitFor({ state: 'detached', timeout: 60_000 });
  await camera.shoot(page, { name: 'assets' });
  const video = await page.getByTestId('video-tile').nth(2).getAttribute('data-video-id');
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
