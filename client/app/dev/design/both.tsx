import type { ReactNode } from 'react';
import styles from './design.module.css';

/** A section of the page, in the light theme beside the dark one. */
export function Both({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h2>{title}</h2>
      <div className={styles.both}>
        {(['light', 'dark'] as const).map((theme) => (
          <div key={theme} className={styles.theme} style={{ colorScheme: theme }}>
            {children}
          </div>
        ))}
      </div>
    </section>
  );
}

/** Something with its name under it. */
export function Sample({
  name,
  wide,
  children,
}: {
  readonly name: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <figure className={styles.sample} data-wide={wide || undefined}>
      <div>{children}</div>
      <figcaption>{name}</figcaption>
    </figure>
  );
}
