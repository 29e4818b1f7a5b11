import { Trans, useLingui } from '@lingui/react/macro';
import type { VideoView } from '../../data/video-view.ts';
import { CopyButton } from './copy-button.tsx';
import { useFacts } from './facts.ts';
import styles from './video-details.module.css';

/** The words the video was made from. */
export function VideoPrompt({ prompt }: { readonly prompt: string }) {
  const { t } = useLingui();
  return (
    <section className={styles.block}>
      <div className={styles.head}>
        <h2>
          <Trans>Prompt</Trans>
        </h2>
        <CopyButton worded text={prompt} label={t`Copy prompt`} said={t`The prompt is copied`} />
      </div>
      <p className={styles.prompt}>{prompt}</p>
    </section>
  );
}

/** How it was made and what came out. */
export function VideoDetails({ video }: { readonly video: VideoView }) {
  const { t } = useLingui();
  const facts = useFacts(video);
  const all = [...(video.prompt ? [{ name: t`Prompt`, value: video.prompt }] : []), ...facts];
  return (
    <section className={styles.block}>
      <div className={styles.head}>
        <h2>
          <Trans>Details</Trans>
        </h2>
        <CopyButton
          worded
          text={all.map(({ name, value }) => `${name}: ${value}`).join('\n')}
          label={t`Copy details`}
          said={t`All details are copied, with the prompt`}
        />
      </div>
      <dl className={styles.facts}>
        {facts.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <span>{value}</span>
              <CopyButton text={value} label={t`Copy: ${name}`} said={t`Copied: ${name}`} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
