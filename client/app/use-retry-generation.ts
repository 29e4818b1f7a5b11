import type { GenerationView } from '../data/queries.ts';
import { useServices } from './services.ts';

/** Asks again for what failed: a new generation that knows the old one, which leaves the screen. */
export function useRetryGeneration(): (failed: GenerationView) => Promise<void> {
  const { commands } = useServices();
  return async ({ id, prompt, provider, model, params }) => {
    await commands.generate({ prompt, provider, model, params, retryOf: id });
    await commands.dismissGeneration(id);
  };
}
