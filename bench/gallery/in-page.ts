/** What runs in the page to measure it. */

declare global {
  interface Window {
    /** When the gallery stood, in milliseconds since the navigation. */
    started: Promise<{ readonly tilesMs: number; readonly postersMs: number }>;
    endOfFrames: () => { readonly p95Ms: number; readonly slowPercent: number; readonly longestTaskMs: number };
  }
}

export function watchStart(): void {
  window.started = new Promise((resolve) => {
    let tilesMs: number | null = null;
    const look = (now: number) => {
      const tiles = [...document.querySelectorAll('[data-testid=video-tile]')].filter((tile) => {
        const { top, bottom } = tile.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
      });
      // The frame before is the one that showed them.
      if (tiles.length > 0) tilesMs ??= now;
      const posters = tiles.flatMap((tile) => [...tile.querySelectorAll('img')]);
      if (tilesMs !== null && posters.length >= tiles.length && posters.every(({ complete }) => complete)) {
        resolve({ tilesMs, postersMs: now });
      } else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** Frames from now until `endOfFrames` is called. A slow one took longer than one and a half of 60 Hz. */
export function countFrames(): void {
  const frames: number[] = [];
  let longestTaskMs = 0;
  let last: number | null = null;
  let isOver = false;
  const tasks = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTaskMs = Math.max(longestTaskMs, duration);
  });
  tasks.observe({ type: 'longtask' });
  const frame = (now: number) => {
    if (isOver) return;
    if (last !== null) frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.endOfFrames = () => {
    isOver = true;
    tasks.disconnect();
    const sorted = frames.toSorted((a, b) => a - b);
    return {
      p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN,
      slowPercent: (100 * frames.filter((ms) => ms > 25).length) / frames.length,
      longestTaskMs,
    };
  };
}

/**
 * From the next key or tap until another tile comes first, or none, and these words stand there.
 * @returns milliseconds, until the frame that shows it
 */
export function timeOfChange(wanted: string): Promise<number> {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`never seen: ${wanted}`)), 60_000);
    const first = () => document.querySelector<HTMLElement>('[data-testid=video-tile]');
    const before = first()?.dataset.videoId;
    let start: number | null = null;
    const begin = (event: Event) => {
      start ??= event.timeStamp;
    };
    addEventListener('input', begin, { capture: true });
    addEventListener('pointerup', begin, { capture: true });
    const look = () => {
      const tile = first();
      const isShown = (tile ?? document.querySelector('main'))?.textContent.includes(wanted) ?? false;
      if (start === null || !isShown || tile?.dataset.videoId === before) return requestAnimationFrame(look);
      const from = start;
      removeEventListener('input', begin, { capture: true });
      removeEventListener('pointerup', begin, { capture: true });
      return requestAnimationFrame((now) => resolve(now - from));
    };
    requestAnimationFrame(look);
  });
}
