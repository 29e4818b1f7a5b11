import type { ReactNode, ToggleEventHandler } from 'react';
import styles from './details.module.css';
import { Icon } from './icon.tsx';

/** What most people need not see, behind a line that says what it is. */
export function Details(props: {
  readonly summary: ReactNode;
  readonly open?: boolean;
  readonly onToggle?: ToggleEventHandler<HTMLDetailsElement>;
  /** With an edge and a ground of its own. */
  readonly card?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <details className={styles.details} data-card={props.card || undefined} open={props.open} onToggle={props.onToggle}>
      <summary className={styles.summary}>
        <Icon name="chevron" size={18} className={styles.sign} />
        {props.summary}
      </summary>
      {props.children}
    </details>
  );
}
