import * as v from 'valibot';
import { VideoIdSchema } from '../../../sync/ids.ts';
import { type ParamProblem, readModelParams } from '../../../sync/model-params.ts';
import { type SimilarTo, similarToOf } from '../../../sync/similar-to.ts';
import { SourceImageSchema, sourceOf } from '../../../sync/source-image.ts';
import type { ModelView } from '../services.ts';

const DraftSchema = v.object({
  prompt: v.optional(v.string(), ''),
  model: v.optional(v.string(), ''),
  aspectRatio: v.optional(v.string(), ''),
  duration: v.optional(v.number(), 0),
  resolution: v.optional(v.string(), ''),
  /** As typed; empty means that the provider picks one. */
  seed: v.optional(v.string(), ''),
  negativePrompt: v.optional(v.string(), ''),
  /** Its bytes are on this device, or on the server. */
  sourceImage: v.optional(v.fallback(v.nullable(SourceImageSchema), null), null),
  /** The video that the form was filled from. */
  similarTo: v.optional(v.fallback(v.nullable(VideoIdSchema), null), null),
});

/** What stands in the form, whether or not the chosen model can do it. */
export type Draft = v.InferOutput<typeof DraftSchema>;

export function loadDraft(user: string): Draft {
  return parse(localStorage.getItem(key(user)));
}

export function saveDraft(user: string, draft: Draft): void {
  localStorage.setItem(key(user), JSON.stringify(draft));
}

/** The form filled from a video or a generation: whatever of it is known. */
export function draftOf(made: {
  readonly prompt: string | null;
  readonly model: string | null;
  readonly params: Readonly<Record<string, unknown>>;
}): Draft {
  const { aspectRatio, duration, resolution, seed, negativePrompt } = made.params;
  return {
    prompt: made.prompt ?? '',
    model: made.model ?? '',
    aspectRatio: typeof aspectRatio === 'string' ? aspectRatio : '',
    duration: typeof duration === 'number' ? duration : 0,
    resolution: typeof resolution === 'string' ? resolution : '',
    seed: typeof seed === 'number' ? String(seed) : '',
    negativePrompt: typeof negativePrompt === 'string' ? negativePrompt : '',
    sourceImage: sourceOf(made),
    similarTo: similarToOf(made),
  };
}

/** The draft as the model can do it: what it cannot becomes what it does first. */
export function fitToModel(draft: Draft, model: ModelView): Draft {
  return {
    ...draft,
    model: model.id,
    aspectRatio: pick(draft.aspectRatio, model.aspectRatios) ?? '',
    duration: pick(draft.duration, model.durations) ?? 0,
    resolution: pick(draft.resolution, model.resolutions) ?? '',
  };
}

/**
 * The parameters as they go to the provider, only what the model takes, and what the record says besides; or what the
 * server would not take of them.
 */
export function paramsOf(
  draft: Draft,
  model: ModelView,
):
  | { readonly kind: 'ok'; readonly params: Readonly<Record<string, unknown>> }
  | { readonly kind: 'invalid'; readonly problems: readonly ParamProblem[] } {
  const { aspectRatio, duration, resolution, seed, negativePrompt, sourceImage } = fitToModel(draft, model);
  const read = readModelParams(model, {
    aspectRatio,
    duration,
    resolution,
    ...(model.seed && seed !== '' && { seed: Number(seed) }),
    ...(model.negativePrompt && { negativePrompt }),
    ...(model.sourceImage !== 'none' && { sourceImage }),
  });
  if (read.kind === 'invalid') return read;
  const given = Object.entries(read.params).filter(([, value]) => value !== null);
  const similarTo: SimilarTo | null = draft.similarTo && { id: draft.similarTo };
  return { kind: 'ok', params: { ...Object.fromEntries(given), ...(similarTo && { similarTo }) } };
}

/** About what the draft costs; null where nobody knows. */
export function priceOf(
  draft: Draft,
  model: ModelView,
): { readonly amount: number; readonly currency: string; readonly isLeast: boolean } | null {
  const { duration, resolution } = fitToModel(draft, model);
  const rates = model.price?.rates ?? [];
  const rate = rates.find((each) => each.resolution === resolution) ?? rates.find((each) => each.resolution === null);
  if (!model.price || !rate) return null;
  return { amount: rate.fixed + rate.perSecond * duration, currency: model.price.currency, isLeast: rate.isLeast };
}

function pick<T>(wanted: T, offered: readonly T[]): T | undefined {
  return offered.includes(wanted) ? wanted : offered[0];
}

function parse(text: string | null): Draft {
  try {
    return v.parse(DraftSchema, JSON.parse(text ?? '{}'));
  } catch {
    return v.parse(DraftSchema, {});
  }
}

function key(user: string): string {
  return `vidfab-draft-${user}`;
}
