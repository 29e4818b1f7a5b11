import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useRef, useState } from 'react';
import type { VideoView } from '../../data/video-view.ts';
import { canPlay } from '../can-play.ts';
import { useServices } from '../services.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { thumbUrl } from '../ui/poster.tsx';
import { UnplayableSign } from '../unplayable.tsx';
import { useObservable } from '../use-observable.ts';
import styles from './player.module.css';
import { Transport } from './transport.tsx';
import { useDownload } from './use-download.ts';
import { useMediaSession } from './use-media-session.ts';
import type { Neighbours } from './use-neighbours.ts';
import { togglePlay, usePlayerKeys } from './use-player-keys.ts';
import { useSource } from './use-source.ts';

/** The picture, and a transport bar below it that never hides anything of it. */
export function Player({ video, neighbours }: { readonly video: VideoView; readonly neighbours: Neighbours }) {
  const { t } = useLingui();
  const { played } = useServices();
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [failure, setFailure] = useState<'missing' | 'unplayable' | null>(null);
  const isHere = video.copy.kind === 'kept';
  const { source, reload } = useSource(video.id);
  const [stills] = useState(() => matchMedia('(prefers-reduced-motion: reduce)').matches);
  usePlayerKeys({ video: element, frame, neighbours });
  useMediaSession(video, element);

  const again = () => {
    setFailure(null);
    reload();
  };
  const ratio = video.width && video.height ? video.width / video.height : 16 / 9;
  const thumb = thumbUrl(video.thumbhash);
  return (
    <div ref={frame} className={styles.player}>
      <div
        className={styles.picture}
        data-roomy={failure === 'unplayable' || undefined}
        style={{ aspectRatio: ratio, backgroundImage: thumb ? `url(${thumb})` : 'none' }}
      >
        {source && (
          // biome-ignore lint/a11y/useMediaCaption: a generated film has no speech to caption
          <video
            ref={setElement}
            className={styles.video}
            aria-label={t`Player`}
            src={source}
            poster={`/media/${video.id}/poster`}
            autoPlay={!stills}
            loop
            playsInline
            preload="auto"
            onPlay={() => played(video.id)}
            onClick={(event) => togglePlay(event.currentTarget)}
            onError={() => setFailure(isHere || !canPlay(video.contentType) ? 'unplayable' : 'missing')}
            // A browser without a decoder for the picture plays the sound alone.
            onLoadedData={({ currentTarget }) => setFailure(currentTarget.videoWidth === 0 ? 'unplayable' : null)}
          />
        )}
        {failure === 'missing' && <Missing video={video} onAgain={again} />}
        {failure === 'unplayable' && <Unplayable video={video} onAgain={again} />}
      </div>
      {element && failure !== 'unplayable' && <Transport video={element} frame={frame} />}
    </div>
  );
}

function Missing({ video, onAgain }: { readonly video: VideoView; readonly onAgain: () => void }) {
  const { online } = useServices();
  const isOnline = useObservable(online);
  const again = useRef(onAgain);
  again.current = onAgain;
  const hasCopy = video.copy.kind === 'kept';
  useEffect(() => {
    // What was missing has come: the copy, the connection, or the server's bytes.
    if (hasCopy || isOnline) {
      const timer = setTimeout(() => again.current(), 2_000);
      return () => clearTimeout(timer);
    }
  }, [hasCopy, isOnline]);
  return (
    <div role="alert" className={styles.unplayable}>
      <p>
        {isOnline ? (
          <Trans>The video is not there yet. It is tried again.</Trans>
        ) : (
          <Trans>You are offline, and this video is not kept on this device.</Trans>
        )}
      </p>
      <Button onClick={onAgain}>
        <Trans>Try again</Trans>
      </Button>
    </div>
  );
}

/** The bytes are there: another browser, or another app, has what this one lacks. */
function Unplayable({ video, onAgain }: { readonly video: VideoView; readonly onAgain: () => void }) {
  const { href, ...rest } = useDownload(video);
  return (
    <div role="alert" className={styles.unplayable}>
      <UnplayableSign codec={video.codec} large>
        <Trans>It is kept whole; download it to watch it in another app.</Trans>
      </UnplayableSign>
      <div className={styles.actions}>
        <a href={href} {...rest} className={buttonClass('primary')}>
          <Icon name="download" size={18} />
          <span>
            <Trans>Download</Trans>
          </span>
        </a>
        <Button onClick={onAgain}>
          <Trans>Try again</Trans>
        </Button>
      </div>
    </div>
  );
}
