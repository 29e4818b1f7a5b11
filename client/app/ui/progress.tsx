import styles from './progress.module.css';

/** How far something is, 0 to 1; null where nobody knows. */
export function Progress({ value, label }: { readonly value: number | null; readonly label: string }) {
  return value === null ? (
    <progress className={styles.progress} aria-label={label} />
  ) : (
    <progress className={styles.progress} aria-label={label} value={Math.min(1, Math.max(0, value))} max={1} />
  );
}
