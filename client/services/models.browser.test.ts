import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadModels } from './models.ts';

const price = { currency: 'USD', rates: [{ resolution: null, fixed: 0, perSecond: 0.1, isLeast: false }] };
const film = {
  id: 'a/film',
  provider: 'a',
  label: 'Film',
  aspectRatios: ['16:9'],
  durations: [5],
  resolutions: ['720p'],
  seed: true,
  negativePrompt: false,
  sourceImage: 'optional',
  price,
};
const said = (...models: unknown[]) => ({ success: true, data: { models } });

let ended: AbortController;
let answer: () => Response;
beforeEach(() => {
  localStorage.clear();
  ended = new AbortController();
  vi.stubGlobal('fetch', async () => answer());
});
afterEach(() => {
  ended.abort();
  vi.unstubAllGlobals();
});

test('what was heard last is there at once without a network, the price among it', async () => {
  answer = () => Response.json(said(film));
  const models = loadModels(ended.signal);
  expect(models.get()).toEqual([]);
  await expect.poll(() => models.get()).toEqual([film]);
  answer = () => Response.error();
  expect(loadModels(ended.signal).get()).toEqual([film]);
});

test('another price takes the place of the one that was kept once there is a network', async () => {
  localStorage.setItem('vidfab-models', JSON.stringify(said(film)));
  answer = () => Response.error();
  const models = loadModels(ended.signal);
  const dearer = { ...film, price: { ...price, currency: 'EUR' } };
  answer = () => Response.json(said(dearer));
  dispatchEvent(new Event('online'));
  await expect.poll(() => models.get()).toEqual([dearer]);
});

test.each([
  ['an error', () => Response.json(said({ ...film, label: 'Error' }), { status: 500 })],
  ['a captive portal', () => new Response('<html>Sign in</html>')],
  ['none', () => Response.json(said())],
])('%s instead of models leaves those that were kept', async (_, reply) => {
  localStorage.setItem('vidfab-models', JSON.stringify(said(film)));
  answer = vi.fn(reply);
  const models = loadModels(ended.signal);
  await expect.poll(() => answer).toHaveBeenCalled();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(models.get()).toEqual([film]);
});

test.each([
  { usd: 0.5, per: 'second' },
  { currency: 'dollars', rates: [] },
  { currency: 'USD', rates: [{ resolution: null, fixed: '1', perSecond: 0, isLeast: false }] },
])('a price that this app cannot read (%j) is none, and the model stays', async (odd) => {
  answer = () => Response.json(said({ ...film, price: odd }, { id: 'unreadable' }));
  const models = loadModels(ended.signal);
  await expect.poll(() => models.get()).toEqual([{ ...film, price: undefined }]);
});
