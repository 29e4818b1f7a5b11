import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useId } from 'react';
import { Link } from 'wouter';
import type { VideoId } from '../../../sync/ids.ts';
import { type Relative, useLineage } from '../../data/lineage.ts';
import { useFormat } from '../i18n/use-format.ts';
import { useServices } from '../services.ts';
import { Icon } from '../ui/icon.tsx';
import { Poster } from '../ui/poster.tsx';
import { useVideoName } from '../use-video-name.ts';
import styles from './video-lineage.module.css';

/** What a video was made similar to, and what was made similar to it; nothing where there is neither. */
export function VideoLineage({ id }: { readonly id: VideoId }) {
  const { db } = useServices();
  const { origins = [], isCut = false, variations = [] } = useLineage(db, id) ?? {};
  return (
    <>
      {(origins.length > 0 || isCut) && (
        <Row heading={<Trans>Similar to</Trans>}>
          {origins.map((origin) => (
            <Tile key={origin.id} video={origin} />
          ))}
          {isCut && (
            <li className={styles.gone}>
              <Trans>Deleted, or not synced yet</Trans>
            </li>
          )}
        </Row>
      )}
      {variations.length > 0 && (
        <Row heading={<Trans>Variations</Trans>}>
          {variations.map((variation) => (
            <Tile key={variation.id} video={variation} />
          ))}
        </Row>
      )}
    </>
  );
}

function Row({ heading, children }: { readonly heading: ReactNode; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles.section}>
      <h2 id={id}>{heading}</h2>
      <ul aria-labelledby={id} className={styles.row}>
        {children}
      </ul>
    </section>
  );
}

function Tile({ video }: { readonly video: Relative }) {
  const { t } = useLingui();
  const nameOf = useVideoName();
  const format = useFormat();
  return (
    <li>
      <Link href={`/video/${video.id}`} className={styles.tile}>
        <span className={styles.frame}>
          <Poster
            src={`/media/${video.id}/poster`}
            thumbhash={video.thumbhash}
            fallback={<Icon name="film" size={20} />}
          />
        </span>
        <span className={styles.name}>{nameOf(video)}</span>
        <span className="visually-hidden">, </span>
        {/* Variations often have one name. */}
        <span className={styles.note}>{video.inTrash ? t`In the trash` : format.dateTime(video.createdAt)}</span>
      </Link>
    </li>
  );
}
