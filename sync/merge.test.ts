import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { nextStamp, ZERO_STAMP } from './hlc.ts';
import { DeviceIdSchema, EpochSchema, VideoIdSchema } from './ids.ts';
import { newVideoRow } from './local-row.ts';
import { mergeFields, receiveVideo } from './merge.ts';
import { VideoWireRowSchema } from './protocol.ts';
import { type Fields, VideoCreateSchema } from './records.ts';
import { isDirty, pendingFields, saveState } from './save-state.ts';

const id = v.parse(VideoIdSchema, '01900000-0000-7000-8000-000000000001');
const create = v.parse(VideoCreateSchema, { origin: 'generated', createdAt: 1 });
const [here, elsewhere] = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb'].map((epoch) => v.parse(EpochSchema, epoch));
const device = v.parse(DeviceIdSchema, '0123456789abcdef');

const fields = fc.dictionary(
  fc.constantFrom('title', 'favorite', 'deletedAt', 'purgeRequestedAt', 'fromTheFuture'),
  fc.tuple(fc.oneof(fc.constant(null), fc.string(), fc.boolean(), fc.nat()), fc.nat(3).map(stamp)),
);

describe('[HLC-1] fields merge', () => {
  test('to the same in either order, grouping and repetition', () => {
    fc.assert(
      fc.property(fields, fields, fields, (a, b, c) => {
        expect(mergeFields(a, b)).toEqual(mergeFields(b, a));
        expect(mergeFields(mergeFields(a, b), c)).toEqual(mergeFields(a, mergeFields(b, c)));
        expect(mergeFields(a, a)).toEqual(a);
      }),
    );
  });

  test('[PURGE-1] never takes back what is monotone', () => {
    const purged: Fields = { purgeRequestedAt: [5, stamp(1)] };
    expect(mergeFields(purged, { purgeRequestedAt: [null, stamp(9)] })).toEqual(purged);
  });
});

describe('[ROW-2] server fields', () => {
  test('of a lower revision of the same epoch are ignored, of another epoch taken', () => {
    const row = receive(newVideoRow(id, create), { rev: 5, mediaState: 'stored' }, here);
    expect(receive(row, { rev: 4, mediaState: 'storing' }, here).received?.server.mediaState).toBe('stored');
    expect(receive(row, { rev: 5, mediaState: 'failed' }, here).received?.server.mediaState).toBe('failed');
    expect(receive(row, { rev: 1, mediaState: 'storing' }, elsewhere).received?.server.mediaState).toBe('storing');
  });

  test('of another epoch make a row neither synced nor dirty', () => {
    const row = receive(newVideoRow(id, create), { rev: 5, mediaState: 'stored' }, here);
    expect([saveState(row, here ?? null), saveState(row, elsewhere ?? null)]).toEqual(['synced', 'pending']);
    expect(isDirty(row, elsewhere ?? null)).toBe(false);
  });
});

describe('save state', () => {
  const stored = receive(newVideoRow(id, create), { rev: 5, mediaState: 'stored' }, here);
  const cases = [
    ['not acknowledged', newVideoRow(id, create), 'pending'],
    ['acknowledged, bytes on their way', receive(undefined, { rev: 1, mediaState: 'storing' }, here), 'pending'],
    ['stored', stored, 'synced'],
    ['stored, with an edit that was not sent', { ...stored, fields: { title: ['x', stamp(1)] } }, 'pending'],
    ['bytes cannot be stored', receive(undefined, { rev: 1, mediaState: 'failed' }, here), 'failed'],
    ['rejected', { ...stored, rejection: { code: 'invalid', message: 'no' } }, 'failed'],
    ['answered badly twice', { ...stored, failures: 2 }, 'synced'],
    ['answered badly three times', { ...stored, failures: 3 }, 'failed'],
  ] as const;
  test.each(cases)('%s', (_, row, state) => {
    expect(saveState(row, here ?? null)).toBe(state);
  });

  test('[PUSH-1] a field is pending exactly while its stamp is newer than the received one', () => {
    const edited = { ...stored, fields: { title: ['x', stamp(2)] } } satisfies typeof stored;
    expect(pendingFields(edited)).toEqual(['title']);
    const acknowledged = receive(edited, { rev: 6, mediaState: 'stored', fields: { title: ['x', stamp(2)] } }, here);
    expect(pendingFields(acknowledged)).toEqual([]);
    const newerElsewhere = receive(edited, { rev: 6, mediaState: 'stored', fields: { title: ['y', stamp(3)] } }, here);
    expect([pendingFields(newerElsewhere), newerElsewhere.fields.title?.[0]]).toEqual([[], 'y']);
  });
});

function receive(
  local: Parameters<typeof receiveVideo>[0],
  wire: { rev: number; mediaState: string; fields?: object },
  epoch: typeof here,
) {
  const none = { mediaError: null, bytes: null, sha256: null, posterAt: null, storedAt: null };
  const measured = { width: null, height: null, durationMs: null, codec: null };
  const row = v.parse(VideoWireRowSchema, {
    id,
    rev: wire.rev,
    create,
    fields: wire.fields ?? {},
    server: { ...none, ...measured, mediaState: wire.mediaState },
  });
  if ('purged' in row || !epoch) throw new Error('not a live row');
  return receiveVideo(local, row, { epoch, snapshot: null, answersPush: false });
}

function stamp(nowMs: number) {
  return nextStamp({ nowMs, device, last: ZERO_STAMP, seen: ZERO_STAMP });
}
