import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { VideoId } from '../../../sync/ids.ts';
import { useVideos } from '../../data/queries.ts';
import { useFormat } from '../i18n/use-format.ts';
import { useServices } from '../services.ts';
import { Button } from '../ui/button.tsx';
import { useVideoName } from '../use-video-name.ts';
import styles from './export-dialog.module.css';

const PAGE = 50;

/** Videos with a checkbox each, newest first. */
export function VideoChecklist(props: {
  readonly chosen: ReadonlySet<VideoId>;
  readonly onChange: (chosen: ReadonlySet<VideoId>) => void;
}) {
  const { chosen, onChange } = props;
  const { t } = useLingui();
  const format = useFormat();
  const nameOf = useVideoName();
  const { db } = useServices();
  const [limit, setLimit] = useState(PAGE);
  const videos = useVideos(db, { filter: 'all', limit });
  const count = format.number(chosen.size);

  const toggle = (id: VideoId, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(id);
    else next.delete(id);
    onChange(next);
  };
  return (
    <fieldset className={styles.checklist}>
      <legend className={styles.legend}>
        <Trans>Chosen: {count}</Trans>
      </legend>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ul className={styles.list} tabIndex={0} aria-label={t`Videos to choose from`}>
        {videos?.map((video) => (
          <li key={video.id}>
            <label className={styles.video}>
              <input
                type="checkbox"
                checked={chosen.has(video.id)}
                onChange={({ currentTarget }) => toggle(video.id, currentTarget.checked)}
              />
              <span className={styles.name}>{nameOf(video)}</span>
              <span className={styles.date}>{format.dateTime(video.createdAt)}</span>
            </label>
          </li>
        ))}
        {videos?.length === limit && (
          <li>
            <Button tone="quiet" onClick={() => setLimit(limit + 4 * PAGE)}>
              <Trans>Show more</Trans>
            </Button>
          </li>
        )}
      </ul>
    </fieldset>
  );
}
