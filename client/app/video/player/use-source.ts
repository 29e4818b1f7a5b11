import { useEffect, useState } from 'react';
import type { VideoId } from '../../../../sync/ids.ts';
import { useServices } from '../../services.ts';

export interface Source {
  readonly url: string;
  /** Another one for each time it is asked for: the same address may have something else to give. */
  readonly round: number;
}

/** Where the video plays from; given back when the player goes away. */
export function useSource(id: VideoId): { readonly source: Source | null; readonly reload: () => void } {
  const { playable } = useServices();
  const [source, setSource] = useState<Source | null>(null);
  const [round, setRound] = useState(0);

  useEffect(() => {
    let wanted = true;
    const opening = playable(id);
    void opening.then(({ url }) => wanted && setSource({ url, round }));
    return () => {
      wanted = false;
      setSource(null);
      void opening.then(({ release }) => release());
    };
  }, [playable, id, round]);

  return { source, reload: () => setRound((last) => last + 1) };
}
