import { useEffect } from 'react';

/** Names the page in the tab, in the history, and to those who hear where they came to. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · VidFab`;
    document.querySelector('main')?.setAttribute('aria-label', title);
  }, [title]);
}
