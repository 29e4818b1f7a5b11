import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { EpochSchema, RevSchema, VideoIdSchema } from './ids.ts';
import { type BytesOffer, newVideoRow, type VideoRow } from './local-row.ts';
import { VideoCreateSchema, type VideoServer, VideoServerSchema } from './records.ts';
import { saveCause, saveState } from './save-state.ts';

const EPOCH = v.parse(EpochSchema, '00000000000000aa');
const HERE = 'a'.repeat(64);

describe('bytes that this device offered', () => {
  test.each<[string, Partial<VideoServer>, Partial<BytesOffer>, string, string]>([
    ['the server has only the row', { mediaState: 'none' }, {}, 'not_offered', 'pending'],
    ['they are on their way', { mediaState: 'storing' }, {}, 'storing', 'pending'],
    ['the server stored just these', { mediaState: 'stored', sha256: HERE }, {}, 'safe', 'synced'],
    ['the server stored others', { mediaState: 'stored', sha256: 'b'.repeat(64) }, {}, 'bytes_differ', 'failed'],
    ['two answered attempts failed', { mediaState: 'storing' }, { failures: 2 }, 'storing', 'pending'],
    ['three answered attempts failed', { mediaState: 'storing' }, { failures: 3 }, 'unanswered_well', 'failed'],
    [
      'attempts failed, and it was stored otherwise',
      { mediaState: 'stored', sha256: HERE },
      { failures: 9 },
      'safe',
      'synced',
    ],
    [
      'they were refused for good',
      { mediaState: 'none' },
      { refusal: { code: 'too_large', message: 'At most 4 GB' } },
      'bytes_refused',
      'failed',
    ],
    [
      'they were refused, and then stored from elsewhere',
      { mediaState: 'stored', sha256: HERE },
      { refusal: { code: 'unreadable', message: '' } },
      'safe',
      'synced',
    ],
    ['the server judged them', { mediaState: 'failed', mediaError: 'not a video' }, {}, 'not_stored', 'failed'],
  ])('%s', (_, server, offer, kind, state) => {
    const row = offering(server, offer);
    expect([saveCause(row, EPOCH).kind, saveState(row, EPOCH)]).toEqual([kind, state]);
  });

  test('none at all: what the server stored is what there is', () => {
    const { offer: _, ...row } = offering({ mediaState: 'stored', sha256: 'b'.repeat(64) }, {});
    expect(saveState(row, EPOCH)).toBe('synced');
  });
});

function offering(server: Partial<VideoServer>, offer: Partial<BytesOffer>): VideoRow {
  const id = v.parse(VideoIdSchema, '019abe3c-11f0-7aa0-8000-5f3a7c1de001');
  const row = newVideoRow(id, v.parse(VideoCreateSchema, { origin: 'imported', createdAt: 1 }));
  const received = { epoch: EPOCH, rev: v.parse(RevSchema, 1), stamps: {}, server: { ...NOTHING, ...server } };
  return { ...row, received, offer: { sha256: HERE, failures: 0, refusal: null, ...offer } };
}

const NOTHING = v.parse(VideoServerSchema, {
  mediaState: 'none',
  mediaError: null,
  bytes: null,
  sha256: null,
  posterAt: null,
  storedAt: null,
  width: null,
  height: null,
  durationMs: null,
  codec: null,
});
