/** A signature counts for five minutes in either direction. */
const REMEMBERED_MS = 11 * 60_000;
const MOST = 10_000;

/**
 * Remembers deliveries that were taken, so that whoever recorded one cannot send it again. It is of
 * this process; what slips through at another changes nothing there.
 */
export function createReplayGuard({ clock }: { readonly clock: () => number }): {
  readonly isReplay: (deliveryId: string) => boolean;
  readonly remember: (deliveryId: string) => void;
} {
  const taken = new Map<string, number>();
  return {
    isReplay: (deliveryId) => taken.has(deliveryId),
    remember: (deliveryId) => {
      const now = clock();
      for (const [id, at] of taken) {
        if (taken.size < MOST && now - at < REMEMBERED_MS) break;
        taken.delete(id);
      }
      taken.set(deliveryId, now);
    },
  };
}
