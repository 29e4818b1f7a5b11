import type { Layer } from '../stage.ts';

/** Where a subject can be, in stage coordinates: its foot (ground, water) or middle (air). */
export interface Stand {
  readonly x: number;
  readonly y: number;
  readonly depth: number;
  /** Times the subject's natural size. */
  readonly scale: number;
}

export type Medium = 'ground' | 'far' | 'water' | 'air';

export interface PlaceScene {
  readonly layers: readonly Layer[];
  /** Null: the place has no such spot, subjects of that medium are left out. */
  readonly stands: Readonly<Record<Medium, Stand | null>>;
}
