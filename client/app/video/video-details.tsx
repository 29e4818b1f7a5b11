import { Trans, useLingui } from '@lingui/react/macro';
import type { VideoView } from '../../data/video-view.ts';
import { useFormat } from '../i18n/use-format.ts';
import { Button } from '../ui/button.tsx';
import { useCopy } from '../use-copy.ts';
import styles from './video-details.module.css';

/** The words the video was made from. */
export function VideoPrompt({ prompt }: { readonly prompt: string }) {
  const copy = useCopy();
  return (
    <section className={styles.block}>
      <div className={styles.head}>
        <h2>
          <Trans>Prompt</Trans>
        </h2>
        <Button tone="quiet" icon="copy" onClick={() => void copy(prompt)}>
          <Trans>Copy prompt</Trans>
        </Button>
      </div>
      <p className={styles.prompt}>{prompt}</p>
    </section>
  );
}

/** How it was made and what came out. */
export function VideoDetails({ video }: { readonly video: VideoView }) {
  const copy = useCopy();
  const facts = useFacts(video);
  return (
    <section className={styles.block}>
      <div className={styles.head}>
        <h2>
          <Trans>Details</Trans>
        </h2>
        <Button
          tone="quiet"
          icon="copy"
          onClick={() => void copy(facts.map(([name, value]) => `${name}: ${value}`).join('\n'))}
        >
          <Trans>Copy details</Trans>
        </Button>
      </div>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function useFacts(video: VideoView): readonly (readonly [string, string])[] {
  const { t } = useLingui();
  const format = useFormat();
  const { params } = video;
  const facts: readonly (readonly [string, unknown])[] = [
    [video.origin === 'imported' ? t`Imported on` : t`Made`, format.dateTime(video.createdAt)],
    [t`Model`, video.model],
    [t`Length`, video.durationMs === null ? null : format.duration(video.durationMs)],
    [t`Frame`, video.width && video.height ? `${video.width} × ${video.height}` : null],
    [t`Aspect ratio`, params.aspectRatio],
    [t`Resolution`, params.resolution],
    [t`Seed`, params.seed],
    [t`Negative prompt`, params.negativePrompt],
    [t`Size`, video.bytes === null ? null : format.bytes(video.bytes)],
    [t`Codec`, video.codec],
    [t`SHA-256`, video.sha256],
  ];
  return facts.flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [[name, String(value)] as const],
  );
}
