import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { uuidv7 } from './ids.ts';
import { SyncReplySchema, type SyncRequest, SyncRequestSchema } from './protocol.ts';
import { VideoCreateSchema } from './records.ts';
import { packReply, packRequest, unpackReply, unpackRequest } from './wire.ts';

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const ids = [1, 2, 3].map((n) => uuidv7(n, new Uint8Array(10).fill(n)));
const create = v.parse(VideoCreateSchema, { origin: 'generated', prompt: 'A fox', createdAt: 5 });
const stamp = `${'0'.repeat(15)}1-${'a'.repeat(16)}`;
const server = {
  ...{ mediaState: 'none', mediaError: null, bytes: null, sha256: null, posterAt: null, storedAt: null },
  ...{ width: null, height: null, durationMs: null, codec: null },
};

function request(): SyncRequest {
  return v.parse(SyncRequestSchema, {
    protocol: 1,
    user: 'alice',
    device: '0123456789abcdef',
    cursor: null,
    head: null,
    limit: 2500,
    push: {
      videos: [
        { id: ids[0], create: { ...create, known: { sha256: 'x' } }, set: { title: ['Mine', stamp] } },
        { id: ids[1], create, set: {} },
        { id: ids[2], set: { favorite: [true, stamp] } },
      ],
      generations: [],
    },
  });
}

function reply() {
  const row = (id: string | undefined, rev: number, fields: object, created: object = create) => ({
    ...{ kind: 'video', id, status: 'ok' },
    row: { id, rev, create: created, fields, server },
  });
  return v.parse(SyncReplySchema, {
    protocol: 1,
    epoch: '0123456789abcdef',
    head: '3.a',
    serverTime: 7,
    results: [
      row(ids[0], 1, { title: ['Mine', stamp] }),
      row(ids[1], 2, { title: ['Of another device', stamp] }, { ...create, createdAt: 4 }),
      row(ids[2], 3, { favorite: [true, stamp] }),
      { kind: 'video', id: 'x', status: 'rejected', code: 'invalid', message: 'No' },
    ],
    changes: {
      videos: [
        { id: ids[0], rev: 1, create, fields: {}, server },
        { id: ids[1], rev: 2, purged: true },
      ],
      generations: [],
    },
    cursor: 'c',
    more: false,
  });
}

describe('columns on the wire', () => {
  test('a request comes out as it went in', () => {
    expect(unpackRequest(overTheWire(packRequest(request())))).toEqual(request());
  });

  test('a reply comes out as it went in, with what was not said back', () => {
    const packed = overTheWire(packReply(reply(), request()));
    expect(unpackReply(packed, request())).toEqual(reply());
    expect(JSON.stringify(packed).split('A fox').length - 1).toBe(2);
  });

  test.each([[{}], [{ push: { videos: [], generations: [] } }], [null]])('%j is no request', (body) => {
    expect(() => unpackRequest(body)).toThrow();
  });

  test('a few bytes that claim many rows are refused', () => {
    const bomb = { count: 1e9, columns: ['same', {}] };
    expect(() => unpackRequest({ push: { videos: bomb, generations: bomb } })).toThrow('more than 500 rows');
  });
});
