import * as v from 'valibot';
import { EpochSchema, type GenerationId, HeadSchema } from '../../sync/ids.ts';
import { GenerationWireRowSchema } from '../../sync/protocol.ts';
import { isFinal } from '../../sync/records.ts';
import type { Observable } from '../app/services.ts';
import type { Commands } from '../data/commands.ts';
import type { UserDatabase } from '../data/database.ts';
import { runningGenerations } from '../data/reads.ts';
import { createSource } from './observable.ts';

const POLL_MS = 500;
/** How far polls spread out while nobody answers. */
const SILENCE_MS = 10_000;

const StatusSchema = v.object({
  data: v.object({
    progress: v.nullable(v.number()),
    epoch: EpochSchema,
    head: HeadSchema,
    row: GenerationWireRowSchema,
  }),
});

export interface ProgressWatch {
  /** 0 to 1 for each generation that is running and was heard of. */
  readonly progress: Observable<ReadonlyMap<GenerationId, number>>;
}

/**
 * Polls the generations that are running while the page is visible. A completion goes into the
 * local database at once, video and all, before anything else is told of it. [GEN-1]
 */
export function watchProgress(options: {
  readonly db: UserDatabase;
  readonly commands: Pick<Commands, 'recordGeneration'>;
  readonly signal: AbortSignal;
  /** Called after something new was written. */
  readonly onRecorded: () => void;
}): ProgressWatch {
  const { db, commands, signal, onRecorded } = options;
  const progress = createSource<ReadonlyMap<GenerationId, number>>(new Map());

  /** @returns false where generations run and nobody answered for any of them */
  const look = async (): Promise<boolean> => {
    const heard = await Promise.all((await runningGenerations(db)).map((id) => readStatus(id, signal)));
    const next = new Map<GenerationId, number>();
    for (const status of heard) {
      if (status === null || 'purged' in status.row) continue;
      if (status.row.server.status !== 'queued' && status.progress !== null) next.set(status.row.id, status.progress);
      if (!isFinal(status.row.server.status)) continue;
      await commands.recordGeneration(status.row, status);
      onRecorded();
    }
    if (next.size > 0 || progress.get().size > 0) progress.set(next);
    return heard.length === 0 || heard.some((status) => status !== null);
  };

  const loop = async (): Promise<void> => {
    let rest = POLL_MS;
    while (!signal.aborted) {
      const answered = document.visibilityState !== 'visible' || (await look().catch(() => false));
      rest = answered ? POLL_MS : Math.min(SILENCE_MS, rest * 2);
      await new Promise((resolve) => setTimeout(resolve, rest));
    }
  };
  void loop();
  return { progress };
}

async function readStatus(id: GenerationId, signal: AbortSignal) {
  const within = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
  const response = await fetch(`/api/generations/${id}`, { signal: within, redirect: 'error' }).catch(() => null);
  if (!response?.ok) return null;
  const parsed = v.safeParse(StatusSchema, await response.json().catch(() => null));
  return parsed.success ? parsed.output.data : null;
}
