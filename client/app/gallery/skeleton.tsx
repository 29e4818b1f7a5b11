import { useLingui } from '@lingui/react/macro';
import styles from './skeleton.module.css';

/** The shape of the gallery while the first read runs; it comes up late, since that read is quick. */
export function Skeleton() {
  const { t } = useLingui();
  return (
    <div role="img" className={styles.skeleton} aria-label={t`Loading your videos`}>
      {TILES.map((tile) => (
        <span key={tile} className={styles.tile} />
      ))}
    </div>
  );
}

const TILES = Array.from({ length: 12 }, (_, index) => index);
