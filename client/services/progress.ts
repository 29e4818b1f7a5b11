import * as v from 'valibot';
import { EpochSchema, type GenerationId, type Head, HeadSchema } from '../../sync/ids.ts';
import { GenerationWireRowSchema } from '../../sync/protocol.ts';
import { isFinal } from '../../sync/records.ts';
import type { UserDatabase } from '../data/database.ts';
import { runningGenerations } from '../data/reads.ts';
import { recordGeneration } from '../data/record-generation.ts';
import { readMeta } from '../data/sync-store.ts';
import type { Source } from './observable.ts';

const POLL_MS = 500;
/** While the server tells by itself; for what it could not tell. */
const TOLD_MS = 5_000;
/** How far polls spread out while nobody answers. */
const SILENCE_MS = 10_000;

const StatusSchema = v.object({
  data: v.object({
    progress: v.nullable(v.number()),
    epoch: EpochSchema,
    head: HeadSchema,
    // Absent from servers of before.
    known: v.optional(v.boolean(), true),
    row: GenerationWireRowSchema,
  }),
});

export interface ProgressWatch {
  /** The server told of one. */
  readonly heard: (id: GenerationId, progress: number) => void;
  /** Forgets those that run no more; called when the local database may have learned of it. */
  readonly prune: () => Promise<void>;
}

/**
 * Knows how far the running generations are: as the server tells, and by polling while the page is
 * visible. A completion that a poll meets goes into the local database at once, video and all, before
 * anything else is told of it. [GEN-1]
 */
export function watchProgress(options: {
  readonly db: UserDatabase;
  /** 0 to 1 for each generation that is running and was heard of. */
  readonly progress: Source<ReadonlyMap<GenerationId, number>>;
  readonly signal: AbortSignal;
  /** Whether the server tells by itself. */
  readonly isLive: () => boolean;
  /** Called after something new was written. */
  readonly onRecorded: () => void;
}): ProgressWatch {
  const { db, progress, signal, isLive, onRecorded } = options;

  /** @returns false where generations run and nobody answered for any of them */
  const look = async (): Promise<boolean> => {
    const { head: asked } = await readMeta(db);
    const heard = await Promise.all((await runningGenerations(db)).map((id) => readStatus({ id, asked, signal })));
    const next = new Map<GenerationId, number>();
    for (const status of heard) {
      if (status === null || 'purged' in status.row) continue;
      if (status.row.server.status !== 'queued' && status.progress !== null) next.set(status.row.id, status.progress);
      if (!isFinal(status.row.server.status)) continue;
      await recordGeneration(db, { ...status, asked });
      onRecorded();
    }
    if (next.size > 0 || progress.get().size > 0) progress.set(next);
    return heard.length === 0 || heard.some((status) => status !== null);
  };

  const loop = async (): Promise<void> => {
    let rest = POLL_MS;
    let lookedAt = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const isDue = !isLive() || performance.now() - lookedAt >= TOLD_MS;
      let answered = true;
      if (isDue && document.visibilityState === 'visible') {
        lookedAt = performance.now();
        answered = await look().catch(() => false);
      }
      rest = answered ? POLL_MS : Math.min(SILENCE_MS, rest * 2);
      await new Promise((resolve) => setTimeout(resolve, rest));
    }
  };
  void loop();
  return {
    heard: (id, value) => progress.set(new Map(progress.get()).set(id, value)),
    prune: async () => {
      if (progress.get().size === 0) return;
      const running = new Set(await runningGenerations(db));
      progress.set(new Map([...progress.get()].filter(([id]) => running.has(id))));
    },
  };
}

async function readStatus(poll: {
  readonly id: GenerationId;
  readonly asked: Head | null;
  readonly signal: AbortSignal;
}) {
  const { id, asked, signal } = poll;
  const within = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
  const response = await fetch(`/api/generations/${id}${asked === null ? '' : `?head=${asked}`}`, {
    signal: within,
    redirect: 'error',
  }).catch(() => null);
  if (!response?.ok) return null;
  const parsed = v.safeParse(StatusSchema, await response.json().catch(() => null));
  return parsed.success ? parsed.output.data : null;
}
