export interface RenderJob {
  readonly id: string;
  readonly prompt: string;
  /** What should not be seen. */
  readonly without?: string | undefined;
  /** Absolute path of the picture that it is made of; absent for one from words alone. */
  readonly picture?: string | undefined;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly durationMs: number;
  readonly fps: number;
}

export interface RenderedFilm {
  /** Absolute path of the finished MP4. */
  readonly path: string;
  /** Absolute path of the WebP poster, at most 200 KB. */
  readonly posterPath: string;
  readonly width: number;
  readonly height: number;
  readonly durationMs: number;
  /** Base64. */
  readonly thumbhash: string;
}

export type RenderState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'waiting' }
  /** Frames done / frames, 0..1. */
  | { readonly kind: 'rendering'; readonly progress: number }
  | { readonly kind: 'done'; readonly film: RenderedFilm }
  | { readonly kind: 'failed'; readonly message: string };

/** What the thread is given and what it answers. */
export interface WorkOrder {
  readonly job: RenderJob;
  readonly directory: string;
}

export type WorkReport =
  | { readonly kind: 'progress'; readonly progress: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The id becomes a file name: nothing but a UUID may reach the disk. */
export function isJobId(id: string): boolean {
  return UUID.test(id);
}
