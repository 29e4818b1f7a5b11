import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { TransportResult } from '../../sync/ports.ts';
import { PROTOCOL, type SyncReply, SyncReplySchema, type SyncRequest, SyncRequestSchema } from '../../sync/protocol.ts';
import type { LoggedEvent } from '../data/event-log.ts';
import { logExchanges } from './log-exchanges.ts';

const ID = '01900000-0000-7000-8000-000000000000';

test('an exchange is logged by its counts, never by what it carried', async () => {
  const request = newRequest(2);
  const { result, events } = await exchange(request, { kind: 'reply', reply: newReply({}) });
  expect(result.kind).toBe('reply');
  expect(events).toEqual([
    { kind: 'exchange', details: { outcome: 'ok', pushed: 2, pulled: 0, ms: expect.any(Number) } },
  ]);
  expect(JSON.stringify(events)).not.toContain('lighthouse');
});

test('rows that were not taken are one event for each reason', async () => {
  const rejected = (code: string) => ({ kind: 'video', id: ID, status: 'rejected', code, message: 'a lighthouse' });
  const results = [rejected('too_large'), rejected('too_large'), rejected('purged'), rejected('too_large')];
  const late = { kind: 'generation', id: ID, status: 'retry', code: 'clock_ahead', message: 'a lighthouse' };
  const { events } = await exchange(newRequest(5), {
    kind: 'reply',
    reply: newReply({ results: [...results, late], upgrade: true }),
  });
  expect(events.slice(1)).toEqual([
    { kind: 'rejected', details: { row: 'video', id: ID, code: 'too_large', rows: 3 } },
    { kind: 'rejected', details: { row: 'video', id: ID, code: 'purged', rows: 1 } },
    { kind: 'retry', details: { code: 'clock_ahead', rows: 1 } },
    { kind: 'upgrade', details: {} },
  ]);
});

test.each([
  [{ start: true, end: false }, 'start'],
  [{ start: false, end: false }, 'page'],
  [{ start: false, end: true }, 'end'],
  [{ start: true, end: true }, 'whole'],
])('a page of a snapshot says which: %o', async (place, part) => {
  const reply = newReply({ snapshot: { id: 's', head: 3, ...place } });
  const { events } = await exchange(newRequest(0), { kind: 'reply', reply });
  expect(events[0]?.details).toMatchObject({ snapshot: part });
});

test.each<[TransportResult, LoggedEvent]>([
  [
    { kind: 'unavailable', status: 503, retryAfterMs: 9 },
    { kind: 'exchange', details: { outcome: 'unavailable', status: 503, ms: expect.any(Number) } },
  ],
  [{ kind: 'unauthorized' }, { kind: 'exchange', details: { outcome: 'unauthorized' } }],
  [{ kind: 'identity_changed' }, { kind: 'exchange', details: { outcome: 'identity_changed' } }],
  [
    { kind: 'refused', status: 413, message: 'a lighthouse' },
    { kind: 'refused', details: { status: 413, rows: 4 } },
  ],
])('%o is logged', async (answer, event) => {
  const { result, events } = await exchange(newRequest(4), answer);
  expect(result).toBe(answer);
  expect(events).toEqual([event]);
});

async function exchange(request: SyncRequest, answer: TransportResult) {
  const events: LoggedEvent[] = [];
  const transport = logExchanges({ exchange: async () => answer }, (event) => void events.push(event));
  return { result: await transport.exchange(request), events };
}

function newRequest(rows: number): SyncRequest {
  return v.parse(SyncRequestSchema, {
    protocol: PROTOCOL,
    user: 'u',
    device: '0123456789abcdef',
    cursor: null,
    head: null,
    limit: 10,
    push: {
      videos: Array.from({ length: rows }, () => ({ id: ID, create: { prompt: 'a lighthouse' } })),
      generations: [],
    },
  });
}

function newReply(parts: Record<string, unknown>): SyncReply {
  return v.parse(SyncReplySchema, {
    protocol: PROTOCOL,
    epoch: 'e'.repeat(16),
    head: '0.n',
    serverTime: 1,
    results: [],
    changes: { videos: [], generations: [] },
    cursor: null,
    more: false,
    ...parts,
  });
}
