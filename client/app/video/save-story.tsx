import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import type { VideoView } from '../../data/video-view.ts';
import { canPlay } from '../can-play.ts';
import { type Format, useFormat } from '../i18n/use-format.ts';
import { useServices } from '../services.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Progress } from '../ui/progress.tsx';
import { useObservable } from '../use-observable.ts';
import { putOffBy, useStanding } from '../use-standing.ts';
import { SAVE_WORDS } from '../words.ts';
import styles from './save-story.module.css';

/** Where the video is, on this device and on the server, and what can be done about it. */
export function SaveStory({ video }: { readonly video: VideoView }) {
  const { i18n, t } = useLingui();
  const format = useFormat();
  const services = useServices();
  const { copy, saveState, upload } = video;
  const standing = useStanding(video);
  const traffic = useObservable(services.traffic);
  const isOnline = useObservable(services.online);
  const isWaiting = copy.kind === 'partial' && copy.received === 0;
  const isFull = useObservable(services.storage)?.isFull === true;
  const plays = copy.kind === 'kept' && canPlay(video.contentType);
  return (
    <section className={styles.story} aria-label={t`Where this video is`}>
      <div className={styles.line} data-state={saveState}>
        <Icon name={saveState} />
        <div>
          <p className={styles.word}>{i18n._(SAVE_WORDS[saveState])}</p>
          <p className={styles.words}>{standing}</p>
          {upload.kind === 'sending' && <Progress value={upload.share} label={t`Upload`} />}
        </div>
        {saveState === 'failed' && (
          <Button onClick={() => void services.commands.retry([video.id])}>
            <Trans>Retry</Trans>
          </Button>
        )}
        {saveState !== 'failed' && putOffBy(upload, traffic) && (
          <Button onClick={() => void services.commands.retry([video.id])}>
            <Trans>Send now</Trans>
          </Button>
        )}
      </div>
      <div className={styles.line} data-state={copy.kind === 'kept' ? 'kept' : 'none'}>
        <Icon name="device" />
        <div>
          <p className={styles.word}>{plays ? t`Plays offline` : t`On this device`}</p>
          <p id={COPY_WORDS} className={styles.words}>
            {i18n._(copyWords(video, { format, isFull, isOnline }))}
          </p>
          {copy.kind === 'partial' && !(isWaiting && !isOnline) && (
            <Progress value={copy.total === 0 ? null : copy.received / copy.total} label={t`Offline copy`} />
          )}
        </div>
        <CopyAction video={video} />
      </div>
    </section>
  );
}

function CopyAction({ video }: { readonly video: VideoView }) {
  const { keepOffline, removeOfflineCopy } = useServices();
  if (video.copy.kind === 'none') {
    return (
      <Button onClick={() => void keepOffline(video.id)}>
        <Trans>Keep offline</Trans>
      </Button>
    );
  }
  if (video.copy.kind !== 'kept') return null;
  // The only copy there is must not be removable.
  const isOnlyCopy = !video.mayRemove;
  return (
    <Button
      disabled={isOnlyCopy}
      aria-describedby={isOnlyCopy ? COPY_WORDS : undefined}
      onClick={() => void removeOfflineCopy(video.id)}
    >
      <Trans>Remove offline copy</Trans>
    </Button>
  );
}

/** Says why the button beside it cannot be pressed. */
const COPY_WORDS = 'copy-words';

function copyWords(
  { copy, sha256, mayRemove, origin, bytes }: VideoView,
  seen: { readonly format: Format; readonly isFull: boolean; readonly isOnline: boolean },
): MessageDescriptor {
  const { format, isFull, isOnline } = seen;
  switch (copy.kind) {
    case 'kept': {
      const size = format.bytes(copy.bytes);
      if (mayRemove) return msg`${size} kept on this device.`;
      return sha256 === null || sha256 === copy.sha256
        ? msg`${size} kept on this device until the server has the very same.`
        : msg`${size} kept on this device. The server has another file.`;
    }
    case 'partial': {
      if (copy.received === 0 && !isFull) {
        return isOnline ? msg`It is about to be downloaded.` : msg`It is downloaded as soon as there is a connection.`;
      }
      const [received, total] = [format.bytes(copy.received), format.bytes(copy.total)];
      return isFull
        ? msg`${received} of ${total} are here; there is no room for the rest. It plays from the server.`
        : msg`${received} of ${total} are here; the rest follows by itself.`;
    }
    case 'none': {
      if (sha256 === null && origin === 'imported') return msg`No copy here, and none on the server yet.`;
      if (bytes === null) return msg`No copy here. It plays from the server.`;
      const size = format.bytes(bytes);
      return msg`No copy here. It plays from the server; keeping it takes ${size}.`;
    }
  }
}
