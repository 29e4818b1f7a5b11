import * as v from 'valibot';
import type { ErrorDetail } from '../errors.ts';
import type { ModelCapabilities } from './provider.ts';

/** A seed that every provider can take. */
export const MAX_SEED = 2 ** 31 - 1;

/** Parameters under the names of the rows; a provider translates them to its own. */
export interface GenerationParams {
  readonly aspectRatio: string;
  /** Seconds. */
  readonly duration: number;
  readonly resolution: string;
  /** Null lets the provider choose. */
  readonly seed: number | null;
  /** What is not to be seen; null where nothing is said of it. */
  readonly negativePrompt: string | null;
}

/** Parameters with the model's defaults filled in, or what is wrong with each. */
export function readParams(
  model: ModelCapabilities,
  params: Readonly<Record<string, unknown>>,
):
  | { readonly kind: 'ok'; readonly params: GenerationParams }
  | { readonly kind: 'invalid'; readonly details: readonly ErrorDetail[] } {
  const result = v.safeParse(paramsSchema(model), params);
  if (result.success) return { kind: 'ok', params: result.output };
  const details = result.issues.map((issue) => ({
    path: `params.${v.getDotPath(issue) ?? ''}`,
    message: issue.message,
  }));
  return { kind: 'invalid', details };
}

function paramsSchema({ aspectRatios, durations, resolutions, seed, negativePrompt }: ModelCapabilities) {
  return v.object({
    aspectRatio: choice(v.string(), aspectRatios),
    duration: choice(v.number(), durations),
    resolution: choice(v.string(), resolutions),
    seed: v.optional(
      v.nullable(
        v.pipe(
          v.number(),
          v.integer('must be a whole number'),
          v.minValue(0, 'must be 0 or more'),
          v.maxValue(MAX_SEED, `must be at most ${MAX_SEED}`),
          v.check(() => seed, 'is not offered by this model'),
        ),
      ),
      null,
    ),
    negativePrompt: v.optional(
      v.nullable(
        v.pipe(
          v.string(),
          v.trim(),
          v.maxLength(2000, 'must have at most 2000 characters'),
          v.check((text) => negativePrompt || text === '', 'is not offered by this model'),
          v.transform((text) => (text === '' ? null : text)),
        ),
      ),
      null,
    ),
  });
}

function choice<Value extends string | number>(type: v.GenericSchema<Value>, offered: readonly Value[]) {
  const [first] = offered;
  if (first === undefined) throw new Error('a model offers at least one of each');
  const chosen = v.pipe(
    type,
    v.check((value) => offered.includes(value), `must be one of ${offered.join(', ')}`),
  );
  return v.optional(chosen, first);
}
