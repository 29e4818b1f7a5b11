import { Trans, useLingui } from '@lingui/react/macro';
import type { GenerationView } from '../../data/queries.ts';
import { useFormat } from '../i18n/use-format.ts';
import { useServices } from '../services.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Progress } from '../ui/progress.tsx';
import { useObservable } from '../use-observable.ts';
import { useRetryGeneration } from '../use-retry-generation.ts';
import { generationWords } from '../words.ts';
import styles from './line.module.css';

/** A generation under way or failed, in one line. */
export function GenerationLine({ generation }: { readonly generation: GenerationView }) {
  const { i18n } = useLingui();
  const format = useFormat();
  const services = useServices();
  const online = useObservable(services.online);
  const progress = useObservable(services.progress).get(generation.id);
  const retry = useRetryGeneration();
  const failed = generation.status === 'failed';
  const words = i18n._(generationWords(generation, { online, rendering: progress !== undefined }));
  return (
    <li className={styles.line}>
      <div className={styles.link}>
        <span className={styles.picture}>
          <Icon name={failed ? 'failed' : generation.unsent && !online ? 'offline' : 'clock'} size={22} />
        </span>
        <span className={styles.words}>
          <span className={styles.name}>{generation.prompt}</span>
          <span className={styles.cause} data-trouble={failed || undefined}>
            {failed && generation.error ? `${words}: ${generation.error.message}` : words}
            {progress !== undefined && ` ${format.percent(progress)}`}
          </span>
          {progress !== undefined && <Progress value={progress} label={words} />}
        </span>
      </div>
      {failed ? (
        <div className={styles.actions}>
          <Button onClick={() => void retry(generation)}>
            <Trans>Retry</Trans>
          </Button>
          <Button tone="quiet" onClick={() => void services.commands.dismissGeneration(generation.id)}>
            <Trans>Dismiss</Trans>
          </Button>
        </div>
      ) : (
        <Button tone="quiet" onClick={() => void services.commands.cancelGeneration(generation.id)}>
          <Trans>Cancel</Trans>
        </Button>
      )}
    </li>
  );
}
