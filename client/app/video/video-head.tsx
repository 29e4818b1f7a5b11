import { Trans, useLingui } from '@lingui/react/macro';
import { type MouseEvent, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { buttonClass } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { alongOf, useAlong, type Way } from './use-along.ts';
import type { Neighbours } from './use-neighbours.ts';
import styles from './video-head.module.css';

/** The way back and along. */
export function VideoHead({ neighbours }: { readonly neighbours: Neighbours }) {
  const { t } = useLingui();
  return (
    <div className={styles.head}>
      <Link href="/" className={buttonClass('quiet', styles.back)}>
        <Icon name="back" />
        <span>
          <Trans>Back to gallery</Trans>
        </span>
      </Link>
      <nav className={styles.along} aria-label={t`Along the gallery`}>
        <Step
          way="previous"
          neighbours={neighbours}
          label={t`Previous video`}
          hint={neighbours.previous ? t`Previous video (Shift + P)` : t`This is the first one`}
        />
        <Step
          way="next"
          neighbours={neighbours}
          label={t`Next video`}
          hint={neighbours.next ? t`Next video (Shift + N)` : t`This is the last one`}
        />
      </nav>
    </div>
  );
}

/** One element whether there is a video that way or not: what has the focus must not go away under it. */
function Step(props: {
  readonly way: Way;
  readonly neighbours: Neighbours;
  readonly label: string;
  readonly hint: string;
}) {
  const { way, neighbours, label, hint } = props;
  const link = useRef<HTMLAnchorElement>(null);
  const along = useAlong(neighbours);
  const to = neighbours[way];

  useEffect(() => {
    const came = alongOf(history.state);
    if (came?.byKey !== true || came.along !== way) return;
    // After the page has put the focus where a new screen begins.
    const timer = setTimeout(() => link.current?.focus({ preventScroll: true }));
    return () => clearTimeout(timer);
  }, [way]);

  const onClick = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    along(way, { byKey: event.detail === 0 });
  };
  return (
    <a
      ref={link}
      href={to === null ? undefined : `/video/${to}`}
      role={to === null ? 'link' : undefined}
      tabIndex={0}
      aria-disabled={to === null || undefined}
      aria-label={label}
      aria-description={to === null ? hint : undefined}
      title={hint}
      className={styles.step}
      onClick={onClick}
    >
      <Icon name={way} />
    </a>
  );
}
