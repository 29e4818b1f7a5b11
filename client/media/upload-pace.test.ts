import { describe, expect, test } from 'vitest';
import { createUploadPace } from './upload-pace.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

describe('the size of a part', () => {
  test('is about ten seconds of what was measured, between 256 KiB and 8 MiB', () => {
    const pace = createUploadPace();
    expect(pace.partBytes()).toBe(256 * KIB);
    pace.sent({ bytes: 256 * KIB, ms: 2_560 });
    expect(pace.partBytes()).toBe(1_000 * KIB);
    pace.sent({ bytes: MIB, ms: 100 });
    expect(pace.partBytes()).toBe(8 * MIB);
    pace.sent({ bytes: 8 * MIB, ms: 1_000_000 });
    expect(pace.partBytes()).toBe(256 * KIB);
  });

  test('is halved by each part that got no answer, so that it gets through between two cuts', () => {
    const pace = createUploadPace();
    pace.sent({ bytes: 8 * MIB, ms: 10_000 });
    for (const kib of [4096, 2048, 1024, 512, 256, 256]) {
      pace.lost();
      expect(pace.partBytes()).toBe(kib * KIB);
    }
  });

  test('is finite and whole after an answer that took no time', () => {
    const pace = createUploadPace();
    pace.sent({ bytes: 300 * KIB, ms: 0 });
    expect(pace.partBytes()).toBe(8 * MIB);
    pace.sent({ bytes: 333_333, ms: 7_777 });
    expect(Number.isInteger(pace.partBytes())).toBe(true);
  });
});

test('a part is waited for several times as long as it should take, and never so long that its lock counts as hung', () => {
  const pace = createUploadPace();
  expect(pace.patienceMs(256 * KIB)).toBe(60_000);
  pace.sent({ bytes: 8 * MIB, ms: 8_000 });
  expect(pace.patienceMs(8 * MIB)).toBe(52_000);
  for (let n = 0; n < 30; n++) pace.lost();
  expect(pace.patienceMs(256 * KIB)).toBe(100_000);
});
