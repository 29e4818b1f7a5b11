import * as v from 'valibot';
import { type Epoch, GenerationIdSchema, RevSchema, uuidv7 } from '../../../sync/ids.ts';
import { newGenerationRow } from '../../../sync/local-row.ts';
import { GenerationCreateSchema, GenerationServerSchema } from '../../../sync/records.ts';
import type { UserDatabase } from '../../data/database.ts';
import { generationRecord } from '../../data/records.ts';

const error = (code: string, message: string, retryable = false) => ({ code, message, retryable });

/** One in each stage, newest first; `status` null was never acknowledged. */
const SAMPLES = [
  { prompt: 'A paper boat drifting down a rainy gutter, macro, soft light', server: null },
  { prompt: 'A robot watering flowers on a balcony', server: { status: 'running' } },
  { prompt: 'City of glass in the clouds, slow flight', server: { status: 'queued' } },
  {
    prompt: 'A tram climbing a hill in the fog',
    server: { status: 'queued', error: error('not_taken', 'WaveSpeed is busy', true) },
  },
  {
    prompt: 'An owl over a frozen lake',
    server: { status: 'held', error: error('submission_unclear', 'The server stopped while it was starting this') },
  },
  {
    prompt: 'A dancer in the rain',
    server: { status: 'failed', error: error('moderated', 'The provider held the result back') },
  },
  {
    prompt: 'A castle made of paper',
    server: { status: 'failed', error: error('provider_failed', 'The model ran out of memory', true) },
  },
  {
    prompt: 'A minute of waves',
    server: { status: 'failed', error: error('invalid', 'params.duration must be one of 3, 5, 8') },
  },
  {
    prompt: 'A street at noon',
    server: { status: 'failed', error: error('gone_for_good', 'This endpoint was retired') },
  },
  { prompt: 'Three kites', server: { status: 'succeeded' }, outputs: [2, 3] as const },
  {
    prompt: 'A photo of a harbour',
    server: { status: 'waiting_source' },
    pictureRefusal: { code: 'too_large', message: 'A picture has at most 10 MB' },
  },
  { prompt: 'A very long prompt', server: null, rejection: { code: 'invalid', message: 'The prompt is too long' } },
];

/** Puts one generation of each stage into a database; gives back the running one's id. */
export async function seedGenerations(db: UserDatabase, now: number, epoch: Epoch) {
  const rows = SAMPLES.map(({ prompt, server, outputs = [0, 1], rejection = null, pictureRefusal }, index) => {
    const [made = 0, asked = 1] = outputs;
    const id = v.parse(GenerationIdSchema, newId(now - index * 1000));
    const create = v.parse(GenerationCreateSchema, {
      prompt,
      model: 'local/film',
      provider: 'wavespeed',
      params: { aspectRatio: '16:9', duration: 5 },
      videoIds: Array.from({ length: asked }, () => newId(now)),
      createdAt: now - index * 1000,
    });
    const received = server && {
      epoch,
      rev: v.parse(RevSchema, 900 + index),
      stamps: {},
      server: v.parse(GenerationServerSchema, {
        ...NOTHING_YET,
        ...server,
        ...(made > 0 && { outputs: create.videoIds.slice(0, made).map((videoId) => ({ videoId, url: 'demo:' })) }),
      }),
    };
    return generationRecord({ ...newGenerationRow(id, create), received, rejection, pictureRefusal }, epoch);
  });
  await db.generations.bulkPut(rows);
  return rows[1]?.id ?? null;
}

const NOTHING_YET = {
  error: null,
  requestId: null,
  outputs: null,
  submittedAt: null,
  completedAt: null,
  deadline: null,
} as const;

function newId(ms: number): string {
  return uuidv7(Math.floor(ms), crypto.getRandomValues(new Uint8Array(10)));
}
