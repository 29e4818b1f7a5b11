import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import type { VideoView } from '../../../data/video-view.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useServices } from '../../services.ts';
import { useToast } from '../../toasts.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { UnplayableSign } from '../../unplayable.tsx';
import { useStanding } from '../../use-standing.ts';
import { useDownload } from '../use-download.ts';
import styles from './player.module.css';
import type { Trouble } from './trouble.ts';

interface Props {
  readonly video: VideoView;
  readonly trouble: Trouble;
  /** How often in a row it was tried by itself. */
  readonly tries: number;
  /** @param byItself whether nobody pressed anything */
  readonly onAgain: (byItself: boolean) => void;
}

const LONGEST_MS = 30_000;

/** Why there is no picture, and what can be done about it. */
export function PlayerTrouble({ video, trouble, tries, onAgain }: Props) {
  useAgain({ video, trouble, tries, onAgain });
  const tryAgain = (
    <Button onClick={() => onAgain(false)}>
      <Trans>Try again</Trans>
    </Button>
  );
  switch (trouble.kind) {
    case 'codec':
      return <Codec video={video}>{tryAgain}</Codec>;
    case 'offline':
      return (
        <Offline video={video} part={trouble.part}>
          {tryAgain}
        </Offline>
      );
    case 'coming':
      return (
        <Missing video={video} words={<Trans>It plays here as soon as it has come.</Trans>}>
          {tryAgain}
        </Missing>
      );
    case 'lost':
      return (
        <Missing video={video} words={<Trans>So there is nothing to play.</Trans>}>
          <Lost video={video} />
        </Missing>
      );
    case 'unreached':
      return (
        <Notice words={<Trans>The server did not send this video. It is tried again by itself.</Trans>}>
          {tryAgain}
        </Notice>
      );
  }
}

/** Tries again where something has changed, and now and then. */
function useAgain({ video, trouble, tries, onAgain }: Props): void {
  const again = useRef(onAgain);
  again.current = onAgain;
  const { kind } = trouble;
  const now = `${kind} ${video.copy.kind} ${video.cause.kind}`;
  const before = useRef(now);
  useEffect(() => {
    if (before.current === now) return;
    before.current = now;
    again.current(true);
  }, [now]);
  useEffect(() => {
    if (kind === 'codec' || kind === 'offline') return;
    const timer = setTimeout(() => again.current(true), Math.min(LONGEST_MS, 2_000 * 2 ** tries));
    return () => clearTimeout(timer);
  }, [kind, tries]);
}

function Notice({ words, children }: { readonly words: ReactNode; readonly children: ReactNode }) {
  return (
    <div role="alert" className={styles.trouble}>
      <p>{words}</p>
      <div className={styles.ways}>{children}</div>
    </div>
  );
}

/** Where the bytes are is what the save story says too. */
function Missing(props: { readonly video: VideoView; readonly words: ReactNode; readonly children: ReactNode }) {
  const standing = useStanding(props.video);
  return (
    <Notice
      words={
        <>
          {standing} {props.words}
        </>
      }
    >
      {props.children}
    </Notice>
  );
}

function Lost({ video }: { readonly video: VideoView }) {
  const { commands } = useServices();
  return (
    <>
      <Button tone="primary" onClick={() => void commands.retry([video.id])}>
        <Trans>Retry</Trans>
      </Button>
      {video.prompt && (
        <Link href={`/create?similar=${video.id}`} className={buttonClass()}>
          <Icon name="similar" size={18} />
          <span>
            <Trans>Create similar</Trans>
          </span>
        </Link>
      )}
    </>
  );
}

function Offline(props: {
  readonly video: VideoView;
  readonly part: { readonly received: number; readonly total: number } | null;
  readonly children: ReactNode;
}) {
  const { video, part, children } = props;
  const { t } = useLingui();
  const format = useFormat();
  const { keepOffline } = useServices();
  const toast = useToast();
  if (part) {
    const [received, total] = [format.bytes(part.received), format.bytes(part.total)];
    const words = (
      <Trans>
        You are offline, and only {received} of {total} are on this device. The rest comes by itself as soon as there is
        a connection.
      </Trans>
    );
    return <Notice words={words}>{children}</Notice>;
  }
  const keep = async () => {
    await keepOffline(video.id);
    toast({ text: t`It is downloaded as soon as there is a connection.` });
  };
  return (
    <Notice words={<Trans>You are offline, and this video is not kept on this device.</Trans>}>
      {children}
      {video.copy.kind === 'none' && (
        <Button onClick={() => void keep()}>
          <Trans>Keep it when online</Trans>
        </Button>
      )}
    </Notice>
  );
}

/** The bytes are there: another browser, or another app, has what this one lacks. */
function Codec({ video, children }: { readonly video: VideoView; readonly children: ReactNode }) {
  const { href, ...rest } = useDownload(video);
  return (
    <div role="alert" className={styles.trouble}>
      <UnplayableSign codec={video.codec} large>
        <Trans>It is kept whole; download it to watch it in another app.</Trans>
      </UnplayableSign>
      <div className={styles.ways}>
        <a href={href} {...rest} className={buttonClass('primary')}>
          <Icon name="download" size={18} />
          <span>
            <Trans>Download</Trans>
          </span>
        </a>
        {children}
      </div>
    </div>
  );
}
