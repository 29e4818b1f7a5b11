import { Trans, useLingui } from '@lingui/react/macro';
import type { GenerationView } from '../../data/queries.ts';
import { useFormat } from '../i18n/use-format.ts';
import { useServices } from '../services.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Progress } from '../ui/progress.tsx';
import { useObservable } from '../use-observable.ts';
import { useRetryGeneration } from '../use-retry-generation.ts';
import { generationWords } from '../words.ts';
import styles from './tile.module.css';

/** Something that is being made, or could not be; it becomes a video tile in the same place. */
export function GenerationTile({ generation }: { readonly generation: GenerationView }) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const services = useServices();
  const online = useObservable(services.online);
  const progress = useObservable(services.progress).get(generation.id);
  const retry = useRetryGeneration();
  const waits = generation.unsent && !online;
  const failed = generation.status === 'failed';
  const words = i18n._(generationWords(generation, { online, rendering: progress !== undefined }));

  return (
    <article
      aria-label={`${generation.prompt}, ${words}`}
      className={styles.tile}
      data-testid="generation-tile"
      data-status={generation.status}
    >
      {failed ? (
        <div className={`${styles.frame} ${styles.making}`} data-trouble="">
          <p className={styles.reason}>{generation.error?.message ?? t`The provider gave no reason.`}</p>
          <div className={styles.actions}>
            <Button onClick={() => void retry(generation)}>
              <Trans>Retry</Trans>
            </Button>
            <Button tone="quiet" onClick={() => void services.commands.dismissGeneration(generation.id)}>
              <Trans>Dismiss</Trans>
            </Button>
          </div>
        </div>
      ) : (
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
      )}
      <p className={styles.name}>{generation.prompt}</p>
      <p className={styles.state} data-state={failed ? 'failed' : 'pending'}>
        <Icon name={failed ? 'failed' : 'pending'} size={15} />
        {waits ? <Trans>Queued</Trans> : words}
      </p>
      {!failed && (
        <IconButton
          icon="close"
          size={18}
          className={styles.more}
          label={t`Cancel`}
          onClick={() => void services.commands.cancelGeneration(generation.id)}
        />
      )}
    </article>
  );
}
