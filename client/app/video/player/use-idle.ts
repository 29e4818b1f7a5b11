import { useEffect, useState } from 'react';

const IDLE_MS = 2_500;

/** Whether nobody has touched anything for a while; never while it is not `watched`. */
export function useIdle(watched: boolean): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    if (!watched) return;
    let timer = setTimeout(setIdle, IDLE_MS, true);
    const stir = () => {
      setIdle(false);
      clearTimeout(timer);
      timer = setTimeout(setIdle, IDLE_MS, true);
    };
    const events = ['pointermove', 'pointerdown', 'keydown', 'focusin'];
    for (const name of events) addEventListener(name, stir);
    return () => {
      clearTimeout(timer);
      setIdle(false);
      for (const name of events) removeEventListener(name, stir);
    };
  }, [watched]);
  return idle && watched;
}
