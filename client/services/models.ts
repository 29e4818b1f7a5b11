import * as v from 'valibot';
import type { ModelView, Observable } from '../app/services.ts';
import { createSource } from './observable.ts';

const CACHE_KEY = 'vidfab-models';

const ModelsSchema = v.object({
  data: v.object({
    models: v.array(
      v.object({
        id: v.string(),
        provider: v.string(),
        label: v.string(),
        aspectRatios: v.array(v.string()),
        durations: v.array(v.number()),
        resolutions: v.array(v.string()),
        seed: v.boolean(),
        negativePrompt: v.boolean(),
      }),
    ),
  }),
});

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
    const parsed = v.safeParse(ModelsSchema, JSON.parse(text));
    return parsed.success ? parsed.output.data.models : [];
  } catch {
    return [];
  }
}
