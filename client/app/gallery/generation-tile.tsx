import { useLingui } from '@lingui/react/macro';
import type { GenerationView } from '../../data/queries.ts';
import { GenerationActs } from '../generation-acts.tsx';
import { useFormat } from '../i18n/use-format.ts';
import { useServices } from '../services.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Progress } from '../ui/progress.tsx';
import { useCancelGeneration } from '../use-cancel-generation.ts';
import { useObservable } from '../use-observable.ts';
import { generationWords, troubleWords } from '../words.ts';
import styles from './tile.module.css';

/** Something that is being made, or could not be; it becomes a video tile in the same place. */
export function GenerationTile({ generation }: { readonly generation: GenerationView }) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const services = useServices();
  const online = useObservable(services.online);
  const progress = useObservable(services.progress).get(generation.id);
  const cancel = useCancelGeneration();
  const { stage } = generation;
  const waits = stage.kind === 'unsent' && !online;
  const words = i18n._(generationWords(stage, { online, rendering: progress !== undefined }));
  const trouble = troubleWords(stage);

  return (
    <article
      aria-label={`${generation.prompt}, ${words}`}
      className={styles.tile}
      data-testid="generation-tile"
      data-status={stage.kind}
    >
      {trouble === null ? (
        <div className={`${styles.frame} ${styles.making}`}>
          {progress === undefined ? (
            <Icon name={waits ? 'offline' : 'clock'} size={26} />
          ) : (
            <span className={styles.percent}>{format.percent(progress)}</span>
          )}
          {waits ? (
            <p className={styles.reason}>{words}</p>
          ) : (
            <div className={styles.bar}>
              <Progress value={progress ?? null} label={words} />
            </div>
          )}
        </div>
      ) : (
        <div className={`${styles.frame} ${styles.making}`} data-trouble="">
          <p className={styles.reason}>{typeof trouble === 'string' ? trouble : i18n._(trouble)}</p>
          <div className={styles.actions}>
            <GenerationActs generation={generation} />
          </div>
        </div>
      )}
      <p className={styles.name}>{generation.prompt}</p>
      <p className={styles.state} data-state={trouble === null ? 'pending' : 'failed'}>
        <Icon name={trouble === null ? 'pending' : 'failed'} size={15} />
        {waits ? t`Queued` : words}
      </p>
      {trouble === null && stage.kind !== 'cancelling' && (
        <IconButton
          icon="close"
          size={18}
          className={styles.more}
          label={t`Cancel`}
          onClick={() => void cancel(generation)}
        />
      )}
    </article>
  );
}
