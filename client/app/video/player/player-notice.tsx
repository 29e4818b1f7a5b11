import { useLingui } from '@lingui/react/macro';
import { useCallback, useEffect, useState } from 'react';
import { useFormat } from '../../i18n/use-format.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';
import type { Notice } from './controls.ts';
import styles from './player-notice.module.css';

const SHOWN_MS = 900;

export interface Said {
  readonly notice: Notice;
  readonly key: number;
}

/** What was said last, for a moment. */
export function useNotice(): { readonly said: Said | null; readonly say: (notice: Notice) => void } {
  const [said, setSaid] = useState<Said | null>(null);
  const say = useCallback((notice: Notice) => setSaid((last) => ({ notice, key: (last?.key ?? 0) + 1 })), []);
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(setSaid, SHOWN_MS, null);
    return () => clearTimeout(timer);
  }, [said]);
  return { said, say };
}

/** Answers a key or a gesture on the picture, and aloud. */
export function PlayerNotice({ said }: { readonly said: Said | null }) {
  const { t } = useLingui();
  const format = useFormat();
  const wordsOf = (notice: Notice): readonly [IconName, string] => {
    switch (notice.kind) {
      case 'playing':
        return ['play', t`Playing`];
      case 'paused':
        return ['pause', t`Paused`];
      case 'muted':
        return ['muted', t`Sound off`];
      case 'sound':
        return ['sound', t`Sound on`];
      case 'loop':
        return ['loop', t`Repeats`];
      case 'once':
        return ['loop', t`Plays once`];
      case 'start':
        return ['previous', t`Start`];
      case 'end':
        return ['next', t`End`];
      case 'time':
        return ['film', format.duration(notice.time * 1000)];
      case 'speed':
        return ['play', t`Speed ${format.number(notice.rate)}×`];
      case 'forward':
        return ['play', t`Forwards ${format.number(notice.rate)}×`];
      case 'backward':
        return ['previous', t`Backwards ${format.number(notice.rate)}×`];
      case 'frame':
        return ['film', t`Frame ${notice.frame} of ${notice.frames}`];
    }
  };
  const [icon, words] = said ? wordsOf(said.notice) : [];
  return (
    <div role="status" className={styles.place}>
      {icon && (
        <span key={said?.key} className={styles.notice}>
          <Icon name={icon} size={18} />
          {words}
        </span>
      )}
    </div>
  );
}
