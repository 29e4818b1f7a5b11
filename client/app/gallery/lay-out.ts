import type { Section } from '../../data/gallery/listing.ts';

export type Row =
  | { readonly kind: 'heading'; readonly key: string; readonly section: Section }
  /** Tiles `from` to `to`, not included, of a section. */
  | { readonly kind: 'tiles'; readonly key: string; readonly band: Band; readonly from: number; readonly to: number };

/** A section as it stands in the grid. */
export interface Band {
  readonly section: Section;
  /** Tiles that stand before its videos: what is still being made. */
  readonly lead: number;
  /** Its first row in the grid; its heading, where it has one. */
  readonly firstRow: number;
  /** Where its first video stands among all of them. */
  readonly firstVideo: number;
}

export interface Layout {
  readonly rows: number;
  readonly videos: number;
  readonly rowAt: (index: number) => Row;
  /** The row in which a video stands, by its place among all of them. */
  readonly rowOf: (video: number) => number;
}

/**
 * Where everything stands in a grid of so many columns, without a look at any video.
 * @param lead how many tiles stand before the first section's videos
 */
export function layOut(options: {
  readonly sections: readonly Section[];
  readonly columns: number;
  readonly lead: number;
}): Layout {
  const { sections, columns, lead } = options;
  const bands: Band[] = [];
  let [rows, videos] = [0, 0];
  for (const section of sections) {
    const band = { section, lead: bands.length === 0 ? lead : 0, firstRow: rows, firstVideo: videos };
    bands.push(band);
    rows += headingRows(section) + Math.ceil((band.lead + section.count) / columns);
    videos += section.count;
  }

  function rowAt(index: number): Row {
    const band = lastWhere(bands, ({ firstRow }) => firstRow <= index);
    const { section } = band;
    const row = index - band.firstRow - headingRows(section);
    if (row < 0) return { kind: 'heading', key: section.key, section };
    const to = Math.min((row + 1) * columns, band.lead + section.count);
    return { kind: 'tiles', key: `${section.key} ${row}`, band, from: row * columns, to };
  }

  function rowOf(video: number): number {
    const { section, lead: before, firstRow, firstVideo } = lastWhere(bands, (band) => band.firstVideo <= video);
    return firstRow + headingRows(section) + Math.floor((before + video - firstVideo) / columns);
  }

  return { rows, videos, rowAt, rowOf };
}

/** What is in no order of time stands under no heading. */
function headingRows({ span }: Section): 0 | 1 {
  return span === null ? 0 : 1;
}

function lastWhere(bands: readonly Band[], holds: (band: Band) => boolean): Band {
  let [low, high] = [0, bands.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const band = bands[middle];
    if (band && holds(band)) low = middle;
    else high = middle - 1;
  }
  const found = bands[low];
  if (!found) throw new RangeError('the grid is empty');
  return found;
}
