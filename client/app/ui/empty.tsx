import type { ReactNode } from 'react';
import styles from './empty.module.css';
import { Icon, type IconName } from './icon.tsx';

/** What stands where there is nothing yet: why, and what to do. */
export function Empty(props: {
  readonly icon: IconName;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** It is all there is on the screen. */
  readonly alone?: boolean;
}) {
  const Heading = props.alone ? 'h1' : 'h2';
  return (
    <div className={styles.empty}>
      <div className={styles.frame} aria-hidden="true">
        <Icon name={props.icon} size={28} />
      </div>
      <Heading className={styles.title}>{props.title}</Heading>
      {props.children && <p className={styles.text}>{props.children}</p>}
      {props.action && <div className={styles.action}>{props.action}</div>}
    </div>
  );
}
