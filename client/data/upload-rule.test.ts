import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { ZERO_STAMP } from '../../sync/hlc.ts';
import { EpochSchema, RevSchema, VideoIdSchema } from '../../sync/ids.ts';
import { newVideoRow, type VideoRow } from '../../sync/local-row.ts';
import { VideoCreateSchema, type VideoServer, VideoServerSchema } from '../../sync/records.ts';
import type { CopyRecord, UploadRecord } from './database.ts';
import { mayFree } from './only-copy.ts';
import { isUploadDue } from './upload-rule.ts';

const EPOCH = v.parse(EpochSchema, '00000000000000aa');
const OTHER = v.parse(EpochSchema, '00000000000000bb');
const ID = v.parse(VideoIdSchema, '019abe3c-11f0-7aa0-8000-5f3a7c1de001');
const HERE = 'a'.repeat(64);
const HOUR = 60 * 60_000;
const NOW = 1_800_000_000_000;

const COPY: CopyRecord = {
  copyId: ID,
  state: 'verified',
  contentType: 'video/mp4',
  etag: `"${HERE}"`,
  total: 1000,
  received: 1000,
  pinned: false,
  lastPlayedAt: 0,
};
const BEGUN: UploadRecord = {
  copyId: ID,
  videoId: ID,
  epoch: EPOCH,
  url: '/api/uploads/1',
  offset: 500,
  total: 1000,
  limit: null,
  at: NOW,
  wished: false,
};

const due = (row: VideoRow, more: { readonly copy?: CopyRecord; readonly upload?: UploadRecord } = {}) =>
  isUploadDue({ row, copy: more.copy ?? COPY, upload: more.upload }, { epoch: EPOCH, nowMs: NOW });

describe('what this device is to send', () => {
  test.each<[string, VideoRow, boolean]>([
    ['an import that the server only knows of', video({ mediaState: 'none' }, 'imported'), true],
    ['an import whose upload began elsewhere', video({ mediaState: 'storing' }, 'imported'), true],
    ['a video that nobody can bring the server', video({ mediaState: 'none' }), true],
    ['a video that the server could not get', video({ mediaState: 'failed' }), true],
    ['a video that the server has trouble with', video({ mediaState: 'storing', mediaError: 'No answer' }), true],
    [
      'a video that the server is still fetching after hours',
      video({ mediaState: 'storing' }, 'generated', 2 * HOUR),
      true,
    ],
    ['a video that the server has just begun to fetch', video({ mediaState: 'storing' }), false],
    ['what the server has', video({ mediaState: 'stored', sha256: HERE }, 'imported'), false],
    ['what the server has otherwise', video({ mediaState: 'stored', sha256: 'b' }, 'imported'), false],
    ['a row that the server has not acknowledged', { ...video({}, 'imported'), received: null }, false],
    ['[ROW-2] a row of another history', video({ mediaState: 'none' }, 'imported', 0, OTHER), false],
    [
      'what is in the trash, and may be restored on any device',
      inTrash(video({ mediaState: 'none' }, 'imported')),
      true,
    ],
    ['what a person wants gone', purging(video({ mediaState: 'none' }, 'imported')), false],
    ['what the server refused', refused(video({ mediaState: 'none' }, 'imported')), false],
  ])('%s', (_, row, expected) => {
    expect(due(row)).toBe(expected);
  });

  test('nothing that is not whole here', () => {
    const row = video({ mediaState: 'none' }, 'imported');
    for (const state of ['partial', 'removed'] as const) expect(due(row, { copy: { ...COPY, state } })).toBe(false);
  });

  test('what is begun is brought to its end, whatever the server says of it meanwhile', () => {
    expect(due(video({ mediaState: 'storing' }), { upload: BEGUN })).toBe(true);
    expect(due(video({ mediaState: 'storing' }), { upload: { ...BEGUN, epoch: OTHER } })).toBe(false);
  });

  test('what is all there is the server’s to judge; it is looked after once, and sent again only when asked', () => {
    const whole = { ...BEGUN, offset: 1000 };
    const importing = video({ mediaState: 'storing' }, 'imported');
    expect(due(importing, { upload: whole })).toBe(false);
    expect(due(importing, { upload: { ...whole, at: NOW - HOUR } })).toBe(true);
    // The clock was a year ahead when the last byte went.
    expect(due(importing, { upload: { ...whole, at: NOW + 365 * 24 * HOUR } })).toBe(true);
    const judged = video({ mediaState: 'failed', mediaError: 'not a video' }, 'imported');
    expect(due(judged, { upload: { ...whole, at: NOW - HOUR } })).toBe(false);
    expect(due(judged, { upload: { ...whole, url: null, offset: 0, wished: true } })).toBe(true);
  });
});

describe('safe to remove from this device', () => {
  test.each<[string, VideoRow, boolean]>([
    ['the server has the very same', video({ mediaState: 'stored', sha256: HERE }), true],
    ['the server has other bytes', video({ mediaState: 'stored', sha256: 'b'.repeat(64) }), false],
    ['the server is storing it', video({ mediaState: 'storing' }), false],
    ['the server lost it', video({ mediaState: 'failed', sha256: HERE }), false],
    [
      '[ROW-2] it was heard in another history',
      video({ mediaState: 'stored', sha256: HERE }, 'generated', 0, OTHER),
      false,
    ],
    ['the server never heard of it', { ...video({}), received: null }, false],
  ])('%s', (_, row, expected) => {
    expect(mayFree(row, COPY, EPOCH)).toBe(expected);
  });
});

function video(server: Partial<VideoServer>, origin = 'generated', age = 0, epoch = EPOCH): VideoRow {
  const create = v.parse(VideoCreateSchema, { origin, createdAt: NOW - age });
  const received = { epoch, rev: v.parse(RevSchema, 1), stamps: {}, server: { ...NOTHING, ...server } };
  return { ...newVideoRow(ID, create), received };
}

function inTrash(row: VideoRow): VideoRow {
  return { ...row, fields: { deletedAt: [NOW, ZERO_STAMP] } };
}

function purging(row: VideoRow): VideoRow {
  return { ...row, fields: { deletedAt: [NOW, ZERO_STAMP], purgeRequestedAt: [NOW, ZERO_STAMP] } };
}

function refused(row: VideoRow): VideoRow {
  return { ...row, offer: { sha256: HERE, failures: 0, refusal: { code: 'too_large', message: '' } } };
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
