import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { Icon, type IconName } from './icon.tsx';
import styles from './menu.module.css';
import { placeBeside } from './place-beside.ts';

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

  useLayoutEffect(() => {
    const menu = element.current;
    if (!menu) return;
    menu.showPopover();
    const leave = placeBeside(menu, anchor.element);
    items(menu)[0]?.focus();
    const onToggle = (event: Event) => {
      if (event instanceof ToggleEvent && event.newState === 'closed') onClose();
    };
    menu.addEventListener('toggle', onToggle);
    return () => {
      menu.removeEventListener('toggle', onToggle);
      leave();
      if (menu.contains(document.activeElement)) anchor.element.focus();
    };
  }, [anchor, onClose]);

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
