import type { SourceId } from '../../sync/ids.ts';
import type { GenerationRow } from '../../sync/local-row.ts';

/** The picture that a generation is made of, by the key of its record; none, or none that there is, where it has no picture. */
export function sourceIdOf({ create }: GenerationRow): SourceId {
  return Object(create.params.sourceImage).id ?? '';
}
