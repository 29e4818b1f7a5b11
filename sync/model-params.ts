import * as v from 'valibot';
import { type SourceImage, SourceImageSchema } from './source-image.ts';

/** What a model takes; it offers at least one of each list, and the first is the default. */
export interface ModelRules {
  readonly aspectRatios: readonly string[];
  /** Seconds. */
  readonly durations: readonly number[];
  readonly resolutions: readonly string[];
  readonly seed: boolean;
  readonly negativePrompt: boolean;
  /** Whether it makes films of a picture, or of nothing else. */
  readonly sourceImage: 'none' | 'optional' | 'required';
}

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
  /** The picture that it is made of; null for one from words alone. */
  readonly sourceImage: SourceImage | null;
}

export interface ParamProblem {
  readonly param: string;
  readonly problem: /** The model takes no such parameter. */
    | { readonly kind: 'not_taken' }
    | { readonly kind: 'not_one_of'; readonly offered: readonly (string | number)[] }
    | { readonly kind: 'not_whole' }
    | { readonly kind: 'too_small'; readonly least: number }
    | { readonly kind: 'too_large'; readonly most: number }
    | { readonly kind: 'not_text' }
    | { readonly kind: 'no_picture' }
    /** The model makes films of pictures only. */
    | { readonly kind: 'missing' }
    | { readonly kind: 'too_long'; readonly most: number };
}

/** The aspect ratio of a film that takes that of its picture. */
export const AUTO_RATIO = 'auto';
/** A seed that every provider can take. */
export const MAX_SEED = 2 ** 31 - 1;
export const MAX_NEGATIVE_PROMPT = 2_000;

type Given = Readonly<Record<string, unknown>>;

/**
 * Parameters with the model's defaults filled in, or what is wrong with each. The form and the server
 * ask this same function, so that what the one sends the other takes.
 */
export function readModelParams(
  model: ModelRules,
  given: Given,
):
  | { readonly kind: 'ok'; readonly params: GenerationParams }
  | { readonly kind: 'invalid'; readonly problems: readonly ParamProblem[] } {
  const problems: ParamProblem[] = [];
  const note = (param: string, problem: ParamProblem['problem'] | null) => {
    if (problem) problems.push({ param, problem });
  };
  note('aspectRatio', choiceProblem(given.aspectRatio, model.aspectRatios));
  note('duration', choiceProblem(given.duration, model.durations));
  note('resolution', choiceProblem(given.resolution, model.resolutions));
  note('seed', seedProblem(given.seed, model.seed));
  note('negativePrompt', negativeProblem(given.negativePrompt, model.negativePrompt));
  note('sourceImage', sourceProblem(given.sourceImage, model.sourceImage));
  return problems.length > 0 ? { kind: 'invalid', problems } : { kind: 'ok', params: fill(model, given) };
}

function fill(model: ModelRules, given: Given): GenerationParams {
  return {
    aspectRatio: pick(given.aspectRatio, model.aspectRatios),
    duration: pick(given.duration, model.durations),
    resolution: pick(given.resolution, model.resolutions),
    seed: typeof given.seed === 'number' ? given.seed : null,
    negativePrompt: typeof given.negativePrompt === 'string' ? given.negativePrompt.trim() || null : null,
    sourceImage: isAbsent(given.sourceImage) ? null : v.parse(SourceImageSchema, given.sourceImage),
  };
}

/** The offered value that was given, or the first. */
function pick<Value>(given: unknown, offered: readonly Value[]): Value {
  const picked = offered.find((value) => value === given) ?? offered[0];
  if (picked === undefined) throw new Error('a model offers at least one of each');
  return picked;
}

function choiceProblem(given: unknown, offered: readonly (string | number)[]): ParamProblem['problem'] | null {
  return isAbsent(given) || offered.some((value) => value === given) ? null : { kind: 'not_one_of', offered };
}

function seedProblem(given: unknown, isTaken: boolean): ParamProblem['problem'] | null {
  if (isAbsent(given)) return null;
  if (!isTaken) return { kind: 'not_taken' };
  if (typeof given !== 'number' || !Number.isInteger(given)) return { kind: 'not_whole' };
  if (given < 0) return { kind: 'too_small', least: 0 };
  return given > MAX_SEED ? { kind: 'too_large', most: MAX_SEED } : null;
}

function negativeProblem(given: unknown, isTaken: boolean): ParamProblem['problem'] | null {
  if (isAbsent(given) || (typeof given === 'string' && given.trim() === '')) return null;
  if (!isTaken) return { kind: 'not_taken' };
  if (typeof given !== 'string') return { kind: 'not_text' };
  return given.trim().length > MAX_NEGATIVE_PROMPT ? { kind: 'too_long', most: MAX_NEGATIVE_PROMPT } : null;
}

function sourceProblem(given: unknown, taken: ModelRules['sourceImage']): ParamProblem['problem'] | null {
  if (isAbsent(given)) return taken === 'required' ? { kind: 'missing' } : null;
  // It would be left out of a paid film without a word.
  if (taken === 'none') return { kind: 'not_taken' };
  return v.is(SourceImageSchema, given) ? null : { kind: 'no_picture' };
}

function isAbsent(given: unknown): boolean {
  return given === undefined || given === null;
}
