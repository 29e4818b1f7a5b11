import { useLingui } from '@lingui/react/macro';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { VideoView } from '../../data/video-view.ts';
import { useServices } from '../services.ts';
import styles from './title-field.module.css';

/** The title is edited where it stands: Enter or leaving keeps it, Escape takes it back. */
export function TitleField({ video }: { readonly video: VideoView }) {
  const { t } = useLingui();
  const { commands } = useServices();
  const shown = video.title ?? video.prompt ?? '';
  const [text, setText] = useState(shown);
  const editing = useRef(false);
  const byTouch = useRef(false);

  useEffect(() => {
    // Another device may have named it; what is being typed here stays.
    if (!editing.current) setText(shown);
  }, [shown]);

  const keep = () => {
    editing.current = false;
    if (text.trim() === shown) return setText(shown);
    // The prompt stands for the title until there is one; typing it back removes the title.
    void commands.setTitle(video.id, text.trim() === video.prompt ? '' : text);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      // The keys on the screen go away with the focus; who has others stays where they are.
      if (byTouch.current) event.currentTarget.blur();
      else keep();
    }
    if (event.key === 'Escape') setText(shown);
  };
  return (
    <h1 className={styles.title} data-text={`${text} `}>
      <textarea
        rows={1}
        className={styles.input}
        aria-label={t`Title`}
        maxLength={500}
        placeholder={t`Untitled video`}
        value={text}
        onChange={(event) => {
          editing.current = true;
          setText(event.target.value.replace(/\n/g, ' '));
        }}
        onPointerDown={({ pointerType }) => {
          byTouch.current = pointerType === 'touch';
        }}
        onBlur={keep}
        onKeyDown={onKeyDown}
      />
    </h1>
  );
}
