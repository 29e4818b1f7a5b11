/** What became of a video that was opened. */
export type Played =
  | { readonly kind: 'played'; readonly width: number; readonly moved: boolean; readonly sought: boolean }
  /** The browser has no decoder, and the app says so. */
  | { readonly kind: 'no_decoder' }
  | { readonly kind: 'stuck'; readonly readyState: number; readonly error: string | null };

/** Inside of a page: watches the player until it moves, then seeks in it. Uses nothing but what a page has. */
export async function watchPlayer(): Promise<Played> {
  const passing = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const player = () => document.querySelector('video');
  const until = async (isSo: () => boolean) => {
    const end = performance.now() + 20_000;
    while (!isSo() && performance.now() < end) await passing(50);
    return isSo();
  };
  const canDecode = document.createElement('video').canPlayType('video/mp4; codecs="avc1.42E01E"') !== '';
  const refused = () => !canDecode && document.querySelector('[role=alert] a[download]') !== null;
  await until(() => refused() || (player()?.readyState ?? 0) >= 2);
  if (refused()) return { kind: 'no_decoder' };
  const video = player();
  if (!video || video.readyState < 2) {
    return { kind: 'stuck', readyState: video?.readyState ?? -1, error: video?.error?.message ?? null };
  }
  video.muted = true;
  await video.play();
  const from = video.currentTime;
  const moved = await until(() => video.currentTime !== from);
  video.pause();
  video.currentTime = video.duration / 2;
  const sought = await until(() => !video.seeking && Math.abs(video.currentTime / video.duration - 0.5) < 0.1);
  return { kind: 'played', width: video.videoWidth, moved, sought };
}

/** Inside of a page: whether every tile that has a poster shows pixels of it. */
export function showsPosters(): boolean {
  const posters = [...document.querySelectorAll<HTMLImageElement>('[data-testid=video-tile] img')];
  return posters.length > 0 && posters.every(({ complete, naturalWidth }) => complete && naturalWidth > 1);
}
