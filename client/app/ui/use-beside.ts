import { type RefObject, useLayoutEffect, useRef } from 'react';
import { placeBeside } from './place-beside.ts';

/**
 * Shows a popover in the top layer beside what was pressed, for as long as it is mounted; the focus goes
 * back there afterwards.
 * @param options.onOpen once it is shown, to put the focus somewhere in it
 * @param options.onClose the browser closed it: Escape, or a click elsewhere
 */
export function useBeside(
  element: RefObject<HTMLElement | null>,
  options: {
    readonly anchor: HTMLElement;
    readonly onOpen: (popover: HTMLElement) => void;
    readonly onClose: () => void;
  },
): void {
  const { anchor } = options;
  // Whoever opened it may be rendered again meanwhile, which must not take the focus from what is in it.
  const latest = useRef(options);
  latest.current = options;

  useLayoutEffect(() => {
    const popover = element.current;
    if (!popover) return;
    popover.showPopover();
    const leave = placeBeside(popover, anchor);
    latest.current.onOpen(popover);
    const onToggle = (event: Event) => {
      if (event instanceof ToggleEvent && event.newState === 'closed') latest.current.onClose();
    };
    popover.addEventListener('toggle', onToggle);
    return () => {
      popover.removeEventListener('toggle', onToggle);
      leave();
      if (popover.contains(document.activeElement)) anchor.focus();
    };
  }, [element, anchor]);
}
