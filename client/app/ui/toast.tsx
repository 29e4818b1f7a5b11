import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import styles from './toast.module.css';

/** A short message at the bottom, with at most one thing to do about it. */
export function Toast(props: {
  readonly text: string;
  readonly action?: ReactNode;
  readonly closeLabel: string;
  readonly onClose: () => void;
  readonly onHold?: (held: boolean) => void;
}) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it or being in it only keeps it from leaving
    <div
      className={styles.toast}
      onPointerEnter={() => props.onHold?.(true)}
      onPointerLeave={() => props.onHold?.(false)}
      onFocus={() => props.onHold?.(true)}
      onBlur={() => props.onHold?.(false)}
    >
      <p className={styles.text}>{props.text}</p>
      {props.action}
      <IconButton icon="close" size={18} label={props.closeLabel} className={styles.close} onClick={props.onClose} />
    </div>
  );
}
