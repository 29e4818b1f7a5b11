import { useLingui } from '@lingui/react/macro';
import type { VideoId } from '../../sync/ids.ts';
import { useServices } from './services.ts';
import { useToast } from './toasts.tsx';

/** Moves a video to the trash and offers to take that back. */
export function useDelete(): (id: VideoId) => Promise<void> {
  const { t } = useLingui();
  const { commands } = useServices();
  const toast = useToast();
  return async (id) => {
    await commands.moveToTrash([id]);
    toast({ text: t`Moved to the trash`, action: { label: t`Undo`, run: () => void commands.restore([id]) } });
  };
}
