import type { VideoId } from '../../../sync/ids.ts';
import type { VideoView } from '../video-view.ts';
import type { Span } from './filter.ts';
import type { Neighbours } from './neighbours.ts';

/** Videos under one heading, in the order of the listing. */
export interface Section extends Stretch {
  readonly count: number;
}

export interface Stretch {
  readonly key: string;
  /** When they were created; null in an order that is not one of time. */
  readonly span: Span | null;
}

export interface Shape {
  readonly sections: readonly Section[];
  /** False while sections are still being counted; then the end of the list is not known. */
  readonly isComplete: boolean;
}

/** Videos are read so many at a time. */
export const CHUNK = 48;

/**
 * The videos of a view in their order, of which only what is looked at is ever read. It stays up to
 * date until it is closed, whoever writes the database.
 */
export interface Listing {
  /** Undefined until the first section is counted. */
  readonly shape: () => Shape | undefined;
  /** @returns ends it */
  readonly watch: (listener: () => void) => () => void;
  /** The videos of a section from `number * CHUNK` on; undefined until they are read. They are kept up to date while they are watched. */
  readonly chunk: (section: Stretch, number: number) => readonly VideoView[] | undefined;
  /** @returns ends it */
  readonly watchChunk: (section: Stretch, number: number, listener: () => void) => () => void;
  /** The ids from one place to another, both counted over the whole listing; the second is not included. */
  readonly ids: (from: number, to: number) => Promise<readonly VideoId[]>;
  /** What stands before and after a video; nothing where it is not in the listing. */
  readonly neighbours: (id: VideoId) => Promise<Neighbours>;
  readonly close: () => void;
}
