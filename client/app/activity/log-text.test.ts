import { expect, test } from 'vitest';
import type { EventRecord } from '../../data/database.ts';
import { logText } from './log-text.ts';

const HEAD = {
  version: '1.2.3',
  userAgent: 'Test/1',
  nowMs: Date.UTC(2026, 10, 24, 12),
  device: '0123456789abcdef',
  epoch: '00000000000000aa',
  schema: 2,
  sync: 'idle',
  online: true,
  live: '-',
  summary: { pending: 1, failed: 0, total: 8, unsent: 2, lastSyncAt: Date.UTC(2026, 10, 24, 11, 59) },
  waitingSince: Date.UTC(2026, 10, 24, 11, 45),
};
const LINE: EventRecord = {
  at: Date.UTC(2026, 10, 24, 11, 58),
  firstAt: Date.UTC(2026, 10, 24, 3),
  count: 300,
  by: 'page',
  kind: 'exchange',
  details: { outcome: 'unavailable', status: null },
};

test('a copied log says where it comes from, and each line when, what and how often', () => {
  expect(logText(HEAD, [LINE, { ...LINE, count: 1, by: 'worker', kind: 'upgrade', details: {} }])).toBe(`\
VidFab 1.2.3 · 2026-11-24T12:00:00.000Z
Test/1
device 0123456789abcdef · epoch 00000000000000aa · schema 2
videos 8: 1 pending, 7 synced, 0 failed · generations unsent: 2
oldest pending: 900 s · last sync: 2026-11-24T11:59:00.000Z
sync: idle · online: true · live: -

2026-11-24T11:58:00.000Z page exchange outcome=unavailable status=null ×300 since 2026-11-24T03:00:00.000Z
2026-11-24T11:58:00.000Z worker upgrade
`);
});

test('a device that never synced says so', () => {
  const summary = { ...HEAD.summary, lastSyncAt: null };
  const text = logText({ ...HEAD, epoch: null, summary, waitingSince: null }, []);
  expect(text).toContain('epoch - ·');
  expect(text).toContain('oldest pending: - · last sync: -');
});
