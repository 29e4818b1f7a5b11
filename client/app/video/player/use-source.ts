import { useEffect, useState } from 'react';
import type { VideoId } from '../../../../sync/ids.ts';
import { useServices } from '../../services.ts';

/** Where the video plays from; given back when the player goes away. */
export function useSource(id: VideoId): { readonly source: string | null; readonly reload: () => void } {
  const { playable } = useServices();
  const [source, setSource] = useState<string | null>(null);
  const [round, setRound] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks anew
  useEffect(() => {
    let wanted = true;
    const opening = playable(id);
    void opening.then(({ url }) => wanted && setSource(url));
    return () => {
      wanted = false;
      setSource(null);
      void opening.then(({ release }) => release());
    };
  }, [playable, id, round]);

  return { source, reload: () => setRound((last) => last + 1) };
}
