const EDGE = 8;
const GAP = 4;

/** Puts a popover below its anchor and flush with its end, or above where there is no room. */
export function placeBeside(popover: HTMLElement, element: HTMLElement): void {
  const anchor = element.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const isRtl = getComputedStyle(element).direction === 'rtl';
  const start = isRtl ? anchor.left : anchor.right - width;
  const left = Math.max(EDGE, Math.min(start, innerWidth - width - EDGE));
  const below = anchor.bottom + GAP;
  const top = below + height > innerHeight - EDGE ? Math.max(EDGE, anchor.top - height - GAP) : below;
  popover.style.left = `${left}px`;
  popover.style.top = `${top}px`;
}
