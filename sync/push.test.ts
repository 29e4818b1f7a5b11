import * as v from 'valibot';
import { expect, test } from 'vitest';
import { DeviceIdSchema, GenerationIdSchema, UserIdSchema, uuidv7, VideoIdSchema } from './ids.ts';
import { newGenerationRow, newVideoRow } from './local-row.ts';
import { MAX_PUSH_BYTES, MAX_PUSH_ROWS } from './protocol.ts';
import { preparePush } from './push.ts';
import { GenerationCreateSchema, VideoCreateSchema } from './records.ts';
import { createMemoryStore } from './simulation/memory-store.ts';

test.each([
  ['many small rows', 700, 'x'],
  ['rows of many bytes', 300, 'x'.repeat(8_000)],
  ['rows whose characters take three bytes', 300, '海'.repeat(8_000)],
])('[PUSH-5] %s: at most 500 of them and 1 MiB, and all in the end', async (_, count, prompt) => {
  const store = createMemoryStore(v.parse(UserIdSchema, 'u'), v.parse(DeviceIdSchema, '0123456789abcdef'));
  const rows = Array.from({ length: count }, (_, index) =>
    newVideoRow(
      v.parse(VideoIdSchema, uuidv7(index + 1, new Uint8Array(10))),
      v.parse(VideoCreateSchema, { origin: 'generated', createdAt: 1, prompt }),
    ),
  );
  await store.transact((tx) => tx.videos.putMany(rows, null));
  const sent = new Set<string>();
  while (sent.size < count) {
    const plan = { rows: MAX_PUSH_ROWS, except: sent };
    const { request, rows: pushed } = await store.transact((tx) => preparePush(tx, plan, 0));
    expect(pushed.length).toBeGreaterThan(0);
    expect(pushed.length).toBeLessThanOrEqual(MAX_PUSH_ROWS);
    expect(new TextEncoder().encode(JSON.stringify(request)).length).toBeLessThanOrEqual(MAX_PUSH_BYTES);
    for (const { id } of request.push.videos) sent.add(id);
  }
  expect(sent.size).toBe(count);
});

test('[GEN-2] without a cursor nothing new is sent, whether the line is open or not', async () => {
  const store = createMemoryStore(v.parse(UserIdSchema, 'u'), v.parse(DeviceIdSchema, '0123456789abcdef'));
  const row = (n: number, sentEpoch: string | null) => {
    const uuid = uuidv7(n, new Uint8Array(10));
    const asked = {
      prompt: 'sea',
      model: 'm',
      provider: 'local',
      params: {},
      videoIds: [uuid],
      createdAt: 1,
      sentEpoch,
    };
    return newGenerationRow(v.parse(GenerationIdSchema, uuid), v.parse(GenerationCreateSchema, asked));
  };
  await store.transact((tx) => tx.generations.putMany([row(1, null), row(2, 'aaaaaaaaaaaaaaaa')], null));
  for (const withoutNew of [true, false]) {
    const plan = { rows: MAX_PUSH_ROWS, except: new Set<string>(), withoutNew };
    const { request } = await store.transact((tx) => preparePush(tx, plan, 0));
    expect(request.push.generations).toEqual([]);
  }
});
