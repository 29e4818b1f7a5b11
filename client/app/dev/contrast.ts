const TEXTS = ['text', 'text-2', 'text-3', 'accent-text', 'pending', 'synced', 'failed'];
const GROUNDS = ['bg', 'surface', 'raised', 'hover'];

export interface Pair {
  readonly front: string;
  readonly ground: string;
  /** WCAG 2.2: 4.5 for text (1.4.3), 3 for the edges of what can be pressed and for the focus (1.4.11). */
  readonly least: 4.5 | 3;
}

/** Every colour that is read on another one. */
export const PAIRS: readonly Pair[] = [
  ...TEXTS.flatMap((front) => GROUNDS.map((ground) => text(front, ground))),
  text('text', 'selected'),
  text('text-2', 'sunken'),
  text('text-2', 'frame'),
  text('text-2', 'frame-light'),
  text('accent-text', 'accent-soft'),
  text('text', 'accent-soft'),
  text('text-2', 'failed-soft'),
  text('failed', 'failed-soft'),
  text('on-accent', 'accent'),
  text('on-accent', 'accent-hover'),
  text('on-inverse', 'inverse'),
  text('on-inverse-2', 'inverse'),
  text('on-inverse-accent', 'inverse'),
  text('on-inverse-accent', 'inverse-hover'),
  text('on-media', 'media-bar'),
  text('on-inverse-2', 'media-bar'),
  text('on-inverse-2', 'media-hover'),
  text('media-accent', 'media-bar'),
  ...['bg', 'surface'].flatMap((ground) => [edge('line-strong', ground), edge('focus', ground)]),
];

/** The contrast of two opaque colours, 1 to 21. @param one as `#rrggbb` */
export function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function text(front: string, ground: string): Pair {
  return { front, ground, least: 4.5 };
}

function edge(front: string, ground: string): Pair {
  return { front, ground, least: 3 };
}
