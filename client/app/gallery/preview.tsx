import { useEffect, useState } from 'react';
import type { VideoView } from '../../data/video-view.ts';
import { canPlay } from '../can-play.ts';
import { useServices } from '../services.ts';
import styles from './tile.module.css';

/** A pointer that only passes by starts nothing. */
const REST_MS = 350;

/** The film itself in place of its poster, while a pointer rests on it. */
export function Preview({ video, whole }: { readonly video: VideoView; readonly whole: boolean }) {
  const { id, contentType } = video;
  const { playable } = useServices();
  const [source, setSource] = useState<string | null>(null);
  useEffect(() => {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches || !canPlay(contentType)) return;
    let opening: ReturnType<typeof playable> | null = null;
    const timer = setTimeout(() => {
      opening = playable(id);
      void opening.then(({ url }) => setSource(url));
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      void opening?.then(({ release }) => release());
    };
  }, [playable, id, contentType]);
  if (!source) return null;
  return (
    <video className={styles.preview} data-whole={whole || undefined} src={source} autoPlay muted loop playsInline />
  );
}
