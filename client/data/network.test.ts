import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isHeld, LITTLE_BYTES } from './network.ts';

const MUCH = LITTLE_BYTES + 1;
const OPEN = { saveData: false, wifiOnly: false, type: 'cellular' };

describe('what nobody asked for', () => {
  test.each([
    ['no wish of any kind', OPEN, false],
    ['data saver', { ...OPEN, saveData: true }, true],
    ['data saver on Wi-Fi', { ...OPEN, saveData: true, type: 'wifi' }, true],
    ['data saver where no type is told', { ...OPEN, saveData: true, type: null }, true],
    ['Wi-Fi only on a phone network', { ...OPEN, wifiOnly: true }, true],
    ['Wi-Fi only through a tethered phone', { ...OPEN, wifiOnly: true, type: 'bluetooth' }, true],
    ['Wi-Fi only on Wi-Fi', { ...OPEN, wifiOnly: true, type: 'wifi' }, false],
    ['Wi-Fi only by cable', { ...OPEN, wifiOnly: true, type: 'ethernet' }, false],
    ['Wi-Fi only where the browser cannot tell', { ...OPEN, wifiOnly: true, type: null }, false],
    ['Wi-Fi only where the browser knows no name for it', { ...OPEN, wifiOnly: true, type: 'unknown' }, false],
  ])('%s', (_, facts, held) => {
    expect(isHeld(MUCH, facts)).toBe(held);
  });

  test('a little goes over any network', () => {
    const facts = fc.record({ saveData: fc.boolean(), wifiOnly: fc.boolean(), type: fc.option(fc.string()) });
    fc.assert(fc.property(fc.integer({ min: 0, max: LITTLE_BYTES }), facts, (bytes, said) => !isHeld(bytes, said)));
  });
});
