import * as v from 'valibot';
import { type GenerationId, GenerationIdSchema } from '../../../sync/ids.ts';

const QueuedSchema = v.pipe(v.string(), v.parseJson(), v.array(GenerationIdSchema));

/** The generations that this person was last seen to wait for, for want of a network. */
export function loadQueued(user: string): readonly GenerationId[] {
  const parsed = v.safeParse(QueuedSchema, localStorage.getItem(key(user)));
  return parsed.success ? parsed.output : [];
}

export function saveQueued(user: string, ids: readonly GenerationId[]): void {
  if (ids.length === 0) localStorage.removeItem(key(user));
  else localStorage.setItem(key(user), JSON.stringify(ids));
}

function key(user: string): string {
  return `vidfab-queued-${user}`;
}
