import * as v from 'valibot';
import type { ModelView, Observable } from '../app/services.ts';
import { createSource } from './observable.ts';

const CACHE_KEY = 'vidfab-models';

const RateSchema = v.object({
  resolution: v.nullable(v.string()),
  fixed: v.number(),
  perSecond: v.number(),
  isLeast: v.boolean(),
});
const ModelSchema = v.object({
  id: v.string(),
  provider: v.string(),
  label: v.string(),
  aspectRatios: v.pipe(v.array(v.string()), v.minLength(1)),
  durations: v.pipe(v.array(v.number()), v.minLength(1)),
  resolutions: v.pipe(v.array(v.string()), v.minLength(1)),
  seed: v.boolean(),
  negativePrompt: v.boolean(),
  // Older servers say yes or no; what they say yes to they do not take.
  sourceImage: v.fallback(v.picklist(['none', 'optional', 'required']), 'none'),
  // What a newer server says of it is left to a newer app.
  price: v.optional(
    v.fallback(
      v.optional(v.object({ currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)), rates: v.array(RateSchema) })),
      undefined,
    ),
  ),
});
const ModelsSchema = v.object({ data: v.object({ models: v.array(v.unknown()) }) });

/** The models on offer: at once what was heard last, refreshed when the server answers. */
export function loadModels(signal: AbortSignal): Observable<readonly ModelView[]> {
  const models = createSource(parse(localStorage.getItem(CACHE_KEY)));
  const refresh = async () => {
    const response = await fetch('/api/models', { signal, redirect: 'error' });
    const text = await response.text();
    const heard = response.ok ? parse(text) : [];
    if (heard.length === 0) return;
    localStorage.setItem(CACHE_KEY, text);
    models.set(heard);
  };
  const tryRefresh = () => void refresh().catch(() => undefined);
  tryRefresh();
  addEventListener('online', tryRefresh, { signal });
  return models;
}

function parse(text: string | null): readonly ModelView[] {
  if (text === null) return [];
  try {
    // One that this app cannot read takes no other with it.
    return v.parse(ModelsSchema, JSON.parse(text)).data.models.flatMap((model) => {
      const read = v.safeParse(ModelSchema, model);
      return read.success ? [read.output] : [];
    });
  } catch {
    return [];
  }
}
