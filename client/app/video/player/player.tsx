import { useLingui } from '@lingui/react/macro';
import { useCallback, useRef, useState } from 'react';
import type { VideoView } from '../../../data/video-view.ts';
import { canPlay } from '../../can-play.ts';
import { useServices } from '../../services.ts';
import { thumbUrl } from '../../ui/poster.tsx';
import { useObservable } from '../../use-observable.ts';
import { useAlong, type Way } from '../use-along.ts';
import type { Neighbours } from '../use-neighbours.ts';
import { Film } from './film.tsx';
import styles from './player.module.css';
import { hasTypedKeys, setTypedKeys } from './player-memory.ts';
import { PlayerNotice, useNotice } from './player-notice.tsx';
import { PlayerTrouble } from './player-trouble.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { Transport } from './transport.tsx';
import { troubleOf } from './trouble.ts';
import { useActs } from './use-acts.ts';
import { useControls } from './use-controls.ts';
import { useFullscreen } from './use-fullscreen.ts';
import { useIdle } from './use-idle.ts';
import { useMediaSession } from './use-media-session.ts';
import { usePlayerKeys } from './use-player-keys.ts';
import { usePlaying } from './use-playing.ts';
import { useSource } from './use-source.ts';
import { useSwipe } from './use-swipe.ts';

/** The picture, and a transport bar below it that never hides anything of it but on a full screen. */
export function Player({ video, neighbours }: { readonly video: VideoView; readonly neighbours: Neighbours }) {
  const { t } = useLingui();
  const online = useObservable(useServices().online);
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const picture = useRef<HTMLDivElement>(null);
  const [failure, setFailure] = useState<'not_loaded' | 'not_decoded' | null>(null);
  const [tries, setTries] = useState(0);
  const { source, reload } = useSource(video.id);
  const { said, say } = useNotice();
  const controls = useControls(element, say);
  const { isPaused, isWaiting } = usePlaying(element);
  const isFullscreen = useFullscreen();
  const isIdle = useIdle(isFullscreen && !isPaused);
  const along = useAlong(neighbours);
  const keys = useKeys();

  const onAlong = useCallback((way: Way) => along(way), [along]);
  const onSwipe = useCallback((way: Way, from: number) => along(way, { from }), [along]);
  usePlayerKeys({ acts: useActs({ element, controls, onAlong, onHelp: keys.open }), withTyped: keys.withTyped });
  useMediaSession({ video, element, controls, neighbours, onAlong });
  useSwipe({ picture, hasPrevious: neighbours.previous !== null, hasNext: neighbours.next !== null, onSwipe });

  const again = (byItself: boolean) => {
    setTries(byItself ? tries + 1 : 0);
    setFailure(null);
    reload();
  };
  const canDecode = failure !== 'not_decoded' && canPlay(video.contentType);
  const trouble = failure && troubleOf(video, { online, canDecode });
  const ratio = video.width && video.height ? video.width / video.height : 16 / 9;
  const thumb = thumbUrl(video.thumbhash);
  return (
    <section className={styles.player} aria-label={t`Player`} data-idle={isIdle || undefined}>
      <div
        ref={picture}
        className={styles.picture}
        data-film={video.id}
        data-roomy={trouble ? true : undefined}
        style={{ aspectRatio: ratio, backgroundImage: thumb ? `url(${thumb})` : 'none' }}
      >
        {source && (
          <Film
            key={source.round}
            ref={setElement}
            id={video.id}
            source={source.url}
            onToggle={controls?.toggle}
            onFailure={setFailure}
            onShown={() => setTries(0)}
          />
        )}
        {isWaiting && !trouble && <span className={styles.waiting} role="img" aria-label={t`Loading`} />}
        <PlayerNotice said={said} />
        {trouble && <PlayerTrouble video={video} trouble={trouble} tries={tries} onAgain={again} />}
      </div>
      {element && controls && !trouble && <Transport video={element} controls={controls} onHelp={keys.open} />}
      <ShortcutsDialog open={keys.isOpen} onClose={keys.close} withTyped={keys.withTyped} onTyped={keys.setWithTyped} />
    </section>
  );
}

/** The list of keys, and whether those that type something count. */
function useKeys() {
  const [isOpen, setOpen] = useState(false);
  const [withTyped, setWithTyped] = useState(hasTypedKeys);
  return {
    isOpen,
    open: useCallback(() => setOpen(true), []),
    close: useCallback(() => setOpen(false), []),
    withTyped,
    setWithTyped: (on: boolean) => {
      setTypedKeys(on);
      setWithTyped(on);
    },
  };
}
