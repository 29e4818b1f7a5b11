import type { GenerationView } from '../data/queries.ts';
import { useServices } from './services.ts';

/** Asks again for what failed: a new generation that knows the old one, which leaves the screen. */
export function useRetryGeneration(): (failed: GenerationView) => Promise<void> {
  const { commands, models } = useServices();
  return async ({ id, prompt, model, params }) => {
    const known = models.get().find((candidate) => candidate.id === model);
    // Models are named `<provider>/<model>`; the list may not be here yet.
    const provider = known?.provider ?? model.split('/')[0] ?? model;
    await commands.generate({ prompt, provider, model, params, retryOf: id });
    await commands.dismissGeneration(id);
  };
}
