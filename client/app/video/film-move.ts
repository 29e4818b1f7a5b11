import type { AroundNavHandler } from 'wouter';
import './film-move.css';
import { alongOf } from './use-along.ts';

/** From a tile to the player, back to it, or along from film to film. */
type Move = 'open' | 'close' | 'previous' | 'next';

/** Longer than that nothing is held back for the looks of it; until then there is nothing else to see but a bare screen. */
const LONGEST_WAIT_MS = 300;

/**
 * Shows where a film goes when the screen changes. What it waits for is drawn meanwhile, and nothing else waits for it:
 * the film loads and plays under it.
 */
export const aroundFilm: AroundNavHandler = (navigate, to, options) => {
  const go = () => navigate(to, options);
  const [from, target] = [videoIn(location.pathname), videoIn(to)];
  const along = alongOf(options?.state);
  const move = along?.along ?? (target ? 'open' : 'close');
  const isFilm = target !== null ? from !== target : from !== null && to === '/';
  if (!isFilm || !moves()) return go();

  const root = document.documentElement;
  const leaving = filmOf(from ?? target, from ? 'player' : 'tile');
  named(leaving);
  // Told apart from the one after it, which may begin before this one has ended.
  const mark = `${move satisfies Move} ${performance.now()}`;
  root.dataset.filmMove = mark;
  root.style.setProperty('--film-drawn', `${along?.from ?? 0}px`);
  let coming: HTMLElement | null = null;
  const transition = document.startViewTransition(async () => {
    unnamed(leaving);
    go();
    coming = await there(() => filmOf(target ?? from, target ? 'player' : 'tile'));
    named(coming);
  });
  const done = () => {
    unnamed(coming);
    if (root.dataset.filmMove !== mark) return;
    delete root.dataset.filmMove;
    root.style.removeProperty('--film-drawn');
  };
  // It is skipped where another one begins, or the page is not seen: then there is nothing to tidy but this.
  transition.ready.catch(() => undefined);
  transition.finished.then(done, done);
};

function moves(): boolean {
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return 'startViewTransition' in document && !isStill && document.visibilityState === 'visible';
}

function videoIn(path: string): string | null {
  return /^\/video\/([^/?#]+)/.exec(path)?.[1] ?? null;
}

/** What stands for the film there; null where it is not in sight. */
function filmOf(id: string | null, where: 'player' | 'tile'): HTMLElement | null {
  const selector = where === 'player' ? `[data-film="${id}"]` : `[data-video-id="${id}"] a > :first-child`;
  const element = document.querySelector<HTMLElement>(selector);
  if (!element) return null;
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight ? element : null;
}

/** Asks whenever the page changes; frames are not drawn meanwhile, and so do not tell. */
function there(find: () => HTMLElement | null): Promise<HTMLElement | null> {
  return new Promise((resolve) => {
    const end = (found: HTMLElement | null) => {
      clearTimeout(timer);
      observer.disconnect();
      resolve(found);
    };
    const look = () => {
      const found = find();
      if (found) end(found);
    };
    const observer = new MutationObserver(look);
    const timer = setTimeout(() => end(find()), LONGEST_WAIT_MS);
    observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['style'] });
    look();
  });
}

function named(element: HTMLElement | null): void {
  element?.style.setProperty('view-transition-name', 'film');
}

function unnamed(element: HTMLElement | null): void {
  element?.style.removeProperty('view-transition-name');
}
