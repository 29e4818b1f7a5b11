import { type ReactNode, useRef } from 'react';
import { Icon, type IconName } from './icon.tsx';
import styles from './menu.module.css';
import { useBeside } from './use-beside.ts';

export interface MenuAnchor {
  readonly element: HTMLElement;
}

/** A list of actions beside what was pressed, in the top layer. It closes on a choice, Escape or a click elsewhere. */
export function Menu(props: {
  readonly label: string;
  readonly anchor: MenuAnchor;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { anchor, onClose, label, children } = props;
  const element = useRef<HTMLDivElement>(null);

  useBeside(element, { anchor: anchor.element, onClose, onOpen: (menu) => items(menu)[0]?.focus() });

  return (
    <div
      ref={element}
      popover="auto"
      role="menu"
      tabIndex={-1}
      aria-label={label}
      className={styles.menu}
      onClick={onClose}
      onKeyDown={(event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (event.key === 'Tab') onClose();
        if (step === undefined) return;
        event.preventDefault();
        moveFocus(event.currentTarget, step);
      }}
    >
      {children}
    </div>
  );
}

export function MenuItem(props: {
  readonly icon: IconName;
  readonly onSelect: () => void;
  readonly danger?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <button type="button" role="menuitem" className={styles.item} data-danger={props.danger} onClick={props.onSelect}>
      <Icon name={props.icon} size={18} />
      {props.children}
    </button>
  );
}

function items(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
}

function moveFocus(menu: HTMLElement, step: number): void {
  const all = items(menu);
  const at = all.findIndex((item) => item.matches(':focus'));
  all.at((at + step) % all.length)?.focus();
}
