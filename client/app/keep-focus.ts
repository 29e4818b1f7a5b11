/** What has the focus for a moment and goes away by itself: a toast, the bar of what was chosen. */
const PASSING = '[aria-live], [role=toolbar]';

/**
 * Where what has the focus goes away, the focus goes back to what had it before; and where that was a video of the
 * gallery that is gone as well, to the one in its place.
 * @returns ends it
 */
export function keepFocus(): () => void {
  let now: HTMLElement | null = null;
  let last: HTMLElement | null = null;
  let place: string | undefined;

  const watcher = new MutationObserver(() => {
    if (!now || now.isConnected || document.activeElement !== document.body) return;
    const next = last?.isConnected ? last : atPlace(place);
    next?.focus({ preventScroll: true });
  });
  const onFocus = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement)) return;
    if (!now) watcher.observe(document.body, { childList: true, subtree: true });
    now = target;
    if (target.closest(PASSING)) return;
    last = target;
    place = target.closest<HTMLElement>('[data-place]')?.dataset.place;
  };
  // Who presses somewhere else wants it nowhere.
  const forget = () => {
    now = null;
    last = null;
    watcher.disconnect();
  };
  addEventListener('focusin', onFocus);
  addEventListener('pointerdown', forget);
  return () => {
    forget();
    removeEventListener('focusin', onFocus);
    removeEventListener('pointerdown', forget);
  };
}

/** What was only scrolled away is not there, and not brought back. */
function atPlace(place: string | undefined): HTMLElement | null {
  const grid = document.querySelector<HTMLElement>('[data-videos]');
  if (!grid || place === undefined) return null;
  const to = Math.min(Number(place), Number(grid.dataset.videos) - 1);
  return grid.querySelector<HTMLElement>(`[data-place="${to}"] a`);
}
