import { type RefObject, useEffect } from 'react';
import type { Way } from '../use-along.ts';

/** A gesture of the system begins at the edge of the screen: back, on most phones. */
const EDGE_PX = 32;
const SLOP_PX = 10;
const FAR_PX = 72;
/** A flick that is short but fast, in px a ms. */
const FAST = 0.5;

interface Swipe {
  readonly pointer: number;
  readonly x: number;
  readonly y: number;
  readonly at: number;
  claimed: boolean;
}

/** A finger drawn over the picture goes to the next film or the one before; the picture follows it. */
export function useSwipe(options: {
  readonly picture: RefObject<HTMLElement | null>;
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  /** @param from how far the picture was drawn, in px */
  readonly onSwipe: (way: Way, from: number) => void;
}): void {
  const { picture, hasPrevious, hasNext, onSwipe } = options;

  useEffect(() => {
    const element = picture.current;
    if (!element) return;
    let swipe: Swipe | null = null;
    const has = (dx: number) => (dx < 0 ? hasNext : hasPrevious);
    const draw = (dx: number) => element.style.setProperty('translate', dx === 0 ? '' : `${dx}px`);

    const onDown = (event: PointerEvent) => {
      if (event.pointerType !== 'touch') return;
      // A second finger zooms.
      if (swipe || !event.isPrimary) return end();
      const isAtEdge = event.clientX < EDGE_PX || event.clientX > innerWidth - EDGE_PX;
      const isZoomed = (visualViewport?.scale ?? 1) > 1.01;
      if (isAtEdge || isZoomed) return;
      swipe = { pointer: event.pointerId, x: event.clientX, y: event.clientY, at: event.timeStamp, claimed: false };
    };
    const onMove = (event: PointerEvent) => {
      if (swipe?.pointer !== event.pointerId) return;
      const [dx, dy] = [event.clientX - swipe.x, event.clientY - swipe.y];
      if (!swipe.claimed && Math.abs(dx) > SLOP_PX && Math.abs(dx) > 1.5 * Math.abs(dy)) {
        swipe.claimed = true;
        element.setPointerCapture(event.pointerId);
      }
      if (swipe.claimed) draw(has(dx) ? dx : dx / 5);
    };
    const onUp = (event: PointerEvent) => {
      if (swipe?.pointer !== event.pointerId) return;
      const { claimed, x, at } = swipe;
      const dx = event.clientX - x;
      const isFast = Math.abs(dx) > 24 && Math.abs(dx) / Math.max(1, event.timeStamp - at) > FAST;
      const isMeant = claimed && has(dx) && (Math.abs(dx) > FAR_PX || isFast);
      if (isMeant) {
        swipe = null;
        onSwipe(dx < 0 ? 'next' : 'previous', dx);
      } else end();
      if (claimed) addEventListener('click', swallow, { capture: true, once: true });
      setTimeout(() => removeEventListener('click', swallow, { capture: true }), 50);
    };
    const end = () => {
      swipe = null;
      draw(0);
    };
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', onUp);
    element.addEventListener('pointercancel', end);
    return () => {
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerup', onUp);
      element.removeEventListener('pointercancel', end);
    };
  }, [picture, hasPrevious, hasNext, onSwipe]);
}

/** Some browsers take the end of a swipe for a tap too. */
function swallow(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}
