import { AUTO_RATIO } from '../../../sync/model-params.ts';
import { type GenerationParams, readParams } from '../capabilities.ts';
import type { JobError, ModelCapabilities, Submission } from '../provider.ts';

/** A model of a provider: what people may choose, and how the provider wants to be told. */
export interface ProviderModel {
  readonly capabilities: ModelCapabilities;
  /** Everything but the prompt. */
  readonly input: (params: GenerationParams) => Readonly<Record<string, unknown>>;
  /** What it calls its picture, where it takes one. */
  readonly imageName?: string;
}

export type Request = Readonly<Record<string, unknown>>;

/** What is sent for a submission; an error where the model is not offered or cannot do that. */
export function requestFor(
  models: readonly ProviderModel[],
  { model: id, prompt, params: given, image }: Pick<Submission, 'model' | 'prompt' | 'params' | 'image'>,
): { readonly kind: 'ok'; readonly input: Request } | { readonly kind: 'refused'; readonly error: JobError } {
  const model = models.find(({ capabilities }) => capabilities.id === id);
  if (!model) return refused('model_unknown', `There is no model ${id} here`);
  const read = readParams(model.capabilities, given);
  if (read.kind === 'invalid') {
    return refused('invalid', read.details.map(({ path, message }) => `${path} ${message}`).join(', '));
  }
  const { params } = read;
  const optional = {
    ...(image !== undefined && { [model.imageName ?? 'image']: image }),
    ...(params.seed !== null && { seed: params.seed }),
    ...(params.negativePrompt !== null && { negative_prompt: params.negativePrompt }),
  };
  return { kind: 'ok', input: { prompt, ...model.input(params), ...optional } };
}

const HOUR_MS = 60 * 60_000;

/** Queues of hours have been seen; a longer film takes longer. */
export function usualDeadline({ params }: Pick<Submission, 'params'>): number {
  const seconds = typeof params.duration === 'number' ? params.duration : 0;
  return 6 * HOUR_MS + Math.min(seconds, 60) * 10 * 60_000;
}

/** The usual capabilities of a model that makes films from words. */
export function textToVideo(
  id: string,
  label: string,
  rest: Partial<ModelCapabilities> & Pick<ModelCapabilities, 'aspectRatios' | 'durations' | 'resolutions'>,
): ModelCapabilities {
  return { id, label, seed: false, negativePrompt: false, sourceImage: 'none', ...rest };
}

/** A model that makes films of a picture, in the picture's own ratio. */
export function imageToVideo(
  id: string,
  label: string,
  rest: Partial<ModelCapabilities> & Pick<ModelCapabilities, 'durations' | 'resolutions'>,
): ModelCapabilities {
  return textToVideo(id, label, { aspectRatios: [AUTO_RATIO], sourceImage: 'required', ...rest });
}

/** Every whole number from the first to the last. */
export function seconds(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function refused(code: string, message: string) {
  return { kind: 'refused', error: { code, message, retryable: false } } as const;
}
