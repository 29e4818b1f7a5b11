import { type ReactNode, useRef } from 'react';
import styles from './popover.module.css';
import { useBeside } from './use-beside.ts';

/** Controls beside what was pressed, in the top layer. It closes on Escape or a click elsewhere. */
export function Popover(props: {
  readonly label: string;
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { label, anchor, onClose, children } = props;
  const element = useRef<HTMLDivElement>(null);

  useBeside(element, { anchor, onClose, onOpen: (popover) => popover.focus() });

  return (
    <div ref={element} popover="auto" role="dialog" tabIndex={-1} aria-label={label} className={styles.popover}>
      {children}
    </div>
  );
}
