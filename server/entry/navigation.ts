/** Whether a person goes to this address, rather than a page asking for a part of itself. */
export function isNavigation({ url, headers }: Request): boolean {
  // No part of a page is asked for there; whoever asks without a browser means the page too.
  if (new URL(url).pathname === '/') return true;
  const mode = headers.get('sec-fetch-mode');
  return mode === null ? (headers.get('accept') ?? '').includes('text/html') : mode === 'navigate';
}
