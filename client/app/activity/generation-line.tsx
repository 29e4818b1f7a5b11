import { Trans, useLingui } from '@lingui/react/macro';
import type { GenerationView } from '../../data/queries.ts';
import { GenerationActs } from '../generation-acts.tsx';
import { useFormat } from '../i18n/use-format.ts';
import { useServices } from '../services.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Progress } from '../ui/progress.tsx';
import { useCancelGeneration } from '../use-cancel-generation.ts';
import { useObservable } from '../use-observable.ts';
import { generationWords, troubleWords } from '../words.ts';
import { adviceWords } from './advice-words.ts';
import styles from './line.module.css';

/** Where a generation stands, why, and what can be done about it. */
export function GenerationLine({ generation }: { readonly generation: GenerationView }) {
  const { i18n } = useLingui();
  const format = useFormat();
  const services = useServices();
  const online = useObservable(services.online);
  const progress = useObservable(services.progress).get(generation.id);
  const cancel = useCancelGeneration();
  const { stage } = generation;
  const words = i18n._(generationWords(stage, { online, rendering: progress !== undefined }));
  const trouble = troubleWords(stage);
  const advice = adviceWords(stage, { online });
  return (
    <li className={styles.line} data-testid="generation-line" data-status={stage.kind}>
      <div className={styles.link}>
        <span className={styles.picture}>
          <Icon name={iconOf(trouble !== null, stage.kind === 'unsent' && !online)} size={22} />
        </span>
        <span className={styles.words}>
          <span className={styles.name}>{generation.prompt}</span>
          <span className={styles.cause} data-trouble={trouble !== null || undefined}>
            {trouble === null ? words : `${words}: ${typeof trouble === 'string' ? trouble : i18n._(trouble)}`}
            {progress !== undefined && ` ${format.percent(progress)}`}
          </span>
          {advice && <span className={styles.cause}>{i18n._(advice)}</span>}
          {progress !== undefined && <Progress value={progress} label={words} />}
        </span>
      </div>
      <div className={styles.actions}>
        {trouble !== null ? (
          <GenerationActs generation={generation} />
        ) : (
          stage.kind !== 'cancelling' && (
            <Button tone="quiet" onClick={() => void cancel(generation)}>
              <Trans>Cancel</Trans>
            </Button>
          )
        )}
      </div>
    </li>
  );
}

function iconOf(isTrouble: boolean, isOffline: boolean) {
  if (isTrouble) return 'failed';
  return isOffline ? 'offline' : 'clock';
}
