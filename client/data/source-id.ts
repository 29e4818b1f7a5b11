import * as v from 'valibot';
import { type SourceId, SourceIdSchema } from '../../sync/ids.ts';
import type { GenerationRow } from '../../sync/local-row.ts';

const NamedSchema = v.object({ id: SourceIdSchema });

/** The picture that a generation is made of, by the key of its record; null without one. */
export function sourceIdOf({ create }: GenerationRow): SourceId | null {
  const named = v.safeParse(NamedSchema, create.params.sourceImage);
  return named.success ? named.output.id : null;
}
