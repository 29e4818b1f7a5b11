/** Whether this browser has a player for a file of this type; where nobody knows, it is taken for able. */
export function canPlay(contentType: string | null): boolean {
  if (contentType === null) return true;
  const [container = '', ...codecs] = contentType.split(';');
  // Browsers play these two by their codecs, and do not say so of their names.
  const asked = /quicktime|matroska/.test(container) ? ['video/mp4', 'video/webm'] : [container];
  const player = document.createElement('video');
  return asked.some((type) => player.canPlayType([type, ...codecs].join(';')) !== '');
}
