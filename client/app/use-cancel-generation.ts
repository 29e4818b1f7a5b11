import { useLingui } from '@lingui/react/macro';
import type { GenerationView } from '../data/queries.ts';
import { useServices } from './services.ts';
import { useToast } from './toasts.tsx';

/** Cancels a generation and says what that costs. */
export function useCancelGeneration(): (generation: GenerationView) => Promise<void> {
  const { t } = useLingui();
  const { commands } = useServices();
  const toast = useToast();
  return async ({ id, provider }) => {
    const wasSent = await commands.cancelGeneration(id);
    if (!wasSent) toast({ text: t`Cancelled before it was sent. It costs nothing.` });
    else if (provider !== 'local') toast({ text: t`Being cancelled. What was already begun may still cost.` });
  };
}
