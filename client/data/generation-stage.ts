import { fieldValue, type GenerationRow } from '../../sync/local-row.ts';
import type { GenerationServer } from '../../sync/records.ts';

/** Where a generation stands for the person who asked for it. */
export type GenerationStage =
  /** It has never left this device: to cancel it costs nothing. [GEN-3] */
  | { readonly kind: 'unsent' }
  /** It was sent, and nobody has answered yet. */
  | { readonly kind: 'sending' }
  /** The server did not take it, and will not by itself. */
  | { readonly kind: 'not_accepted'; readonly message: string }
  | { readonly kind: 'waiting_source' }
  /** It waits for a picture that the server does not take from this device. */
  | { readonly kind: 'picture_refused'; readonly message: string }
  /** `trouble`: why the provider did not take it yet. */
  | { readonly kind: 'queued'; readonly trouble: string | null }
  | { readonly kind: 'submitting' }
  /** Nobody can say whether it was started; the person decides. [GEN-2] */
  | { readonly kind: 'held'; readonly message: string | null }
  /** `trouble`: why the provider was not heard when it was last asked. */
  | { readonly kind: 'running'; readonly trouble: string | null }
  | { readonly kind: 'cancelling' }
  /** Fewer outputs came than were asked for. */
  | { readonly kind: 'partial'; readonly made: number; readonly asked: number; readonly message: string | null }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string | null; readonly remedy: Remedy };

/** What helps: to ask the same again, to ask for something else, or nothing. */
export type Remedy = 'retry' | 'edit' | 'none';

/** What is wrong is in the request, and the person can change it. */
const PERSON_FIXES: ReadonlySet<string> = new Set([
  'invalid',
  'model_unknown',
  'moderated',
  'nsfw',
  'provider_unavailable',
]);

export function generationStage(row: GenerationRow): GenerationStage {
  const server = row.received?.server;
  if (!server) {
    if (row.rejection) return { kind: 'not_accepted', message: row.rejection.message };
    if (row.pictureRefusal) return { kind: 'picture_refused', message: row.pictureRefusal.message };
    return { kind: row.create.sentEpoch === null ? 'unsent' : 'sending' };
  }
  // Where it lies in the request is for machines.
  const message = server.error?.message.replaceAll('params.', '') ?? null;
  switch (server.status) {
    case 'failed':
      return { kind: 'failed', code: server.error?.code ?? 'unknown', message, remedy: remedyOf(server.error) };
    case 'succeeded':
      return { kind: 'partial', made: server.outputs?.length ?? 0, asked: row.create.videoIds.length, message };
    case 'waiting_source':
    case 'submitting':
    case 'held':
    case 'queued':
      if (isSet(row, 'cancelRequestedAt')) return { kind: 'cancelling' };
      if (server.status === 'waiting_source' && row.pictureRefusal) {
        return { kind: 'picture_refused', message: row.pictureRefusal.message };
      }
      return waitingStage(server.status, message);
    default:
      // What a newer server may say runs on as well.
      return isSet(row, 'cancelRequestedAt') ? { kind: 'cancelling' } : { kind: 'running', trouble: message };
  }
}

/** Whether it still stands on the screen: it is under way, or something came of it that the person has to know. */
export function isOpen(row: GenerationRow): boolean {
  if (isSet(row, 'dismissedAt')) return false;
  const server = row.received?.server;
  if (!server) return !isSet(row, 'cancelRequestedAt');
  if (server.status === 'succeeded') return isPartial(row, server);
  return server.status !== 'canceled';
}

function isPartial({ create }: GenerationRow, { outputs }: GenerationServer): boolean {
  return (outputs?.length ?? 0) < create.videoIds.length;
}

function waitingStage(
  status: 'waiting_source' | 'submitting' | 'held' | 'queued',
  message: string | null,
): GenerationStage {
  if (status === 'queued') return { kind: status, trouble: message };
  return status === 'held' ? { kind: status, message } : { kind: status };
}

function remedyOf(error: GenerationServer['error']): Remedy {
  if (error && PERSON_FIXES.has(error.code)) return 'edit';
  // Without a cause there is nothing that speaks against it.
  return error?.retryable === false ? 'none' : 'retry';
}

function isSet(row: GenerationRow, field: string): boolean {
  return (fieldValue(row, field) ?? null) !== null;
}
