import { Trans, useLingui } from '@lingui/react/macro';
import { useServices } from '../services.ts';
import { Choices } from '../ui/choices.tsx';
import { useObservable } from '../use-observable.ts';
import styles from './storage-section.module.css';

/** Over which networks much goes by itself. Not to be chosen where the browser cannot tell one from another. */
export function NetworkPolicy() {
  const { t } = useLingui();
  const { traffic, choose } = useServices();
  const { saveData, type, wifiOnly } = useObservable(traffic);
  return (
    <div className={styles.storage}>
      {type !== null && (
        <Choices
          legend={t`Fetch and send videos by itself`}
          value={wifiOnly ? 'wifi' : 'any'}
          choices={[
            { value: 'any', label: t`On any network` },
            { value: 'wifi', label: t`On Wi-Fi only` },
          ]}
          onChange={(value) => void choose({ wifiOnly: value === 'wifi' })}
        />
      )}
      <p className={styles.note}>
        {saveData ? (
          <Trans>
            Your browser is set to save data: videos are fetched and sent only when you ask for it, one by one.
          </Trans>
        ) : type === null ? (
          <Trans>This browser does not tell Wi-Fi from other networks, so videos are fetched and sent on any.</Trans>
        ) : (
          <Trans>What you ask for yourself goes over any network.</Trans>
        )}
      </p>
    </div>
  );
}
