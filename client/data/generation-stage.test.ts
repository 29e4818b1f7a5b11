import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { ZERO_STAMP } from '../../sync/hlc.ts';
import { EpochSchema, GenerationIdSchema, RevSchema, uuidv7 } from '../../sync/ids.ts';
import { type GenerationRow, newGenerationRow } from '../../sync/local-row.ts';
import { GenerationCreateSchema, GenerationServerSchema } from '../../sync/records.ts';
import { generationStage, isOpen } from './generation-stage.ts';

const epoch = v.parse(EpochSchema, 'aaaaaaaaaaaaaaaa');
const newId = () => uuidv7(1_800_000_000_000, crypto.getRandomValues(new Uint8Array(10)));

/** A generation of three outputs. */
function row(server: object | null, more: Partial<GenerationRow> = {}): GenerationRow {
  const create = v.parse(GenerationCreateSchema, {
    prompt: 'A fox',
    model: 'local/film',
    provider: 'local',
    videoIds: [newId(), newId(), newId()],
    createdAt: 1_800_000_000_000,
  });
  const nothing = { error: null, requestId: null, outputs: null, submittedAt: null, completedAt: null, deadline: null };
  const received = server && {
    epoch,
    rev: v.parse(RevSchema, 1),
    stamps: {},
    server: v.parse(GenerationServerSchema, { ...nothing, ...server }),
  };
  return { ...newGenerationRow(v.parse(GenerationIdSchema, newId()), create), received, ...more };
}

const set = (...names: string[]) => ({
  fields: Object.fromEntries(names.map((name) => [name, [1, ZERO_STAMP] as const])),
});
const failed = (code: string, retryable: boolean) =>
  row({ status: 'failed', error: { code, message: 'Why', retryable } });

describe('before the server has it', () => {
  test('[GEN-3] never sent, and sent without an answer, are two things', () => {
    const unsent = row(null);
    expect(generationStage(unsent)).toEqual({ kind: 'unsent' });
    expect(generationStage({ ...unsent, create: { ...unsent.create, sentEpoch: epoch } })).toEqual({ kind: 'sending' });
  });

  test('[PUSH-4] one that the server does not take says why, and does not wait for ever', () => {
    const refused = row(null, { rejection: { code: 'invalid', message: 'Too long' } });
    expect(generationStage(refused)).toEqual({ kind: 'not_accepted', message: 'Too long' });
    expect(isOpen(refused)).toBe(true);
  });

  test('canceled, it is gone', () => {
    expect(isOpen(row(null, set('cancelRequestedAt')))).toBe(false);
  });
});

describe('under way', () => {
  test.each([
    ['waiting_source', { kind: 'waiting_source' }],
    ['queued', { kind: 'queued', trouble: null }],
    ['submitting', { kind: 'submitting' }],
    ['running', { kind: 'running', trouble: null }],
    ['dreaming', { kind: 'running', trouble: null }],
  ])('%s', (status, stage) => {
    expect(generationStage(row({ status }))).toEqual(stage);
    expect(generationStage(row({ status }, set('cancelRequestedAt')))).toEqual({ kind: 'cancelling' });
    expect(isOpen(row({ status }))).toBe(true);
  });

  test('what goes wrong on the way is known', () => {
    const error = { code: 'no_answer', message: 'The provider is busy', retryable: true };
    expect(generationStage(row({ status: 'running', error }))).toEqual({ kind: 'running', trouble: error.message });
    expect(generationStage(row({ status: 'queued', error }))).toEqual({ kind: 'queued', trouble: error.message });
    expect(generationStage(row({ status: 'held', error }))).toEqual({ kind: 'held', message: error.message });
  });
});

describe('how it ended', () => {
  test.each([
    ['invalid', false, 'edit'],
    ['model_unknown', false, 'edit'],
    ['moderated', false, 'edit'],
    ['nsfw', false, 'edit'],
    ['provider_unavailable', false, 'edit'],
    ['provider_failed', true, 'retry'],
    ['deadline', true, 'retry'],
    ['expired', true, 'retry'],
    ['limit_daily', true, 'retry'],
    ['something_new', true, 'retry'],
    ['something_new', false, 'none'],
  ])('%s, retryable %s: %s', (code, retryable, remedy) => {
    expect(generationStage(failed(code, retryable))).toEqual({ kind: 'failed', code, message: 'Why', remedy });
  });

  test('without a cause it can be tried again', () => {
    expect(generationStage(row({ status: 'failed' }))).toMatchObject({ message: null, remedy: 'retry' });
  });

  test('what it names is named for people', () => {
    const error = { code: 'invalid', message: 'params.duration must be one of 3, 5', retryable: false };
    expect(generationStage(row({ status: 'failed', error }))).toMatchObject({
      message: 'duration must be one of 3, 5',
    });
  });

  test('two of three outputs are said; all of them, or a dismissal, end it', () => {
    const output = (index: number) => ({ videoId: newId(), url: `local:x/${index}` });
    const two = row({ status: 'succeeded', outputs: [output(0), output(1)] });
    expect(generationStage(two)).toEqual({ kind: 'partial', made: 2, asked: 3, message: null });
    expect(isOpen(two)).toBe(true);
    expect(isOpen({ ...two, ...set('dismissedAt') })).toBe(false);
    expect(isOpen(row({ status: 'succeeded', outputs: [output(0), output(1), output(2)] }))).toBe(false);
    expect(isOpen(row({ status: 'succeeded', outputs: [output(0), output(1), output(2), output(3)] }))).toBe(false);
    expect(isOpen(row({ status: 'canceled' }))).toBe(false);
  });
});
