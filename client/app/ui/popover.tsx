import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { placeBeside } from './place-beside.ts';
import styles from './popover.module.css';

/** Controls beside what was pressed, in the top layer. It closes on Escape or a click elsewhere. */
export function Popover(props: {
  readonly label: string;
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { label, anchor, onClose, children } = props;
  const element = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const popover = element.current;
    if (!popover) return;
    popover.showPopover();
    const leave = placeBeside(popover, anchor);
    popover.focus();
    const onToggle = (event: Event) => {
      if (event instanceof ToggleEvent && event.newState === 'closed') onClose();
    };
    popover.addEventListener('toggle', onToggle);
    return () => {
      popover.removeEventListener('toggle', onToggle);
      leave();
      if (popover.contains(document.activeElement)) anchor.focus();
    };
  }, [anchor, onClose]);

  return (
    <div ref={element} popover="auto" role="dialog" tabIndex={-1} aria-label={label} className={styles.popover}>
      {children}
    </div>
  );
}
