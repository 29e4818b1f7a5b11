import type { AroundNavHandler } from 'wouter';
import './film-move.css';
import { alongOf } from './use-along.ts';

/** From a tile to the player, or along from film to film. Not back: a gallery measures itself, which waits for frames. */
type Move = 'open' | 'previous' | 'next';

/** Longer than that nothing is held back for the looks of it; until then there is nothing else to see but a bare screen. */
const LONGEST_WAIT_MS = 300;

/**
 * Shows where a film goes when the screen changes. What it waits for is drawn meanwhile, and nothing else waits for it:
 * the film loads and plays under it.
 */
export const aroundFilm: AroundNavHandler = (navigate, to, options) => {
  const go = () => navigate(to, options);
  const [from, target] = [videoIn(location.pathname), videoIn(to)];
  if (target === null || from === target || !moves()) return go();
  const leaving = from ? playerOf(from) : tileOf(target);
  if (!leaving) return go();

  const along = alongOf(options?.state);
  const root = document.documentElement;
  named(leaving);
  // Told apart from the one after it, which may begin before this one has ended.
  const move: Move = along?.along ?? 'open';
  const mark = `${move} ${performance.now()}`;
  root.dataset.filmMove = mark;
  root.style.setProperty('--film-drawn', `${along?.from ?? 0}px`);
  let coming: HTMLElement | null = null;
  const transition = document.startViewTransition(async () => {
    unnamed(leaving);
    go();
    coming = await there(() => playerOf(target));
    named(coming);
    // With nowhere to go, it is no move.
    if (!coming) transition.skipTransition();
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

function playerOf(id: string): HTMLElement | null {
  return inSight(`[data-film="${id}"]`);
}

function tileOf(id: string): HTMLElement | null {
  return inSight(`[data-video-id="${id}"] a > :first-child`);
}

function inSight(selector: string): HTMLElement | null {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element) return null;
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight ? element : null;
}

/** Asks again and again: no frame is drawn meanwhile that could tell, and the page has yet to be scrolled to its top. */
function there(find: () => HTMLElement | null): Promise<HTMLElement | null> {
  const until = performance.now() + LONGEST_WAIT_MS;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const found = find();
      if (!found && performance.now() < until) return;
      clearInterval(timer);
      resolve(found);
    }, 8);
  });
}

function named(element: HTMLElement | null): void {
  element?.style.setProperty('view-transition-name', 'film');
}

function unnamed(element: HTMLElement | null): void {
  element?.style.removeProperty('view-transition-name');
}
