const EDGE = 8;
const GAP = 4;

/**
 * Puts a popover below its anchor and flush with its end, or above where there is no room; anew when the window changes.
 * @returns to be called once it is gone
 */
export function placeBeside(popover: HTMLElement, element: HTMLElement): () => void {
  const put = () => {
    const anchor = element.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = popover;
    const start = popover.matches(':dir(rtl)') ? anchor.left : anchor.right - width;
    const left = Math.max(EDGE, Math.min(start, innerWidth - width - EDGE));
    const below = anchor.bottom + GAP;
    const top = below + height > innerHeight - EDGE ? Math.max(EDGE, anchor.top - height - GAP) : below;
    popover.style.left = `${left}px`;
    popover.style.top = `${top}px`;
  };
  put();
  addEventListener('resize', put);
  return () => removeEventListener('resize', put);
}
