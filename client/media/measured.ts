/** What a video is, as its container tells. */
export interface Measures {
  readonly width: number;
  readonly height: number;
  readonly durationMs: number;
  /** With its codecs: `video/mp4; codecs="avc1.42000a"`. */
  readonly contentType: string;
}

export type Measured =
  | { readonly kind: 'video'; readonly measures: Measures }
  | { readonly kind: 'refused'; readonly reason: 'not_video' | 'audio' | 'truncated' | 'damaged' };

/** What this browser makes of a video. */
export type Captured =
  | { readonly kind: 'picture'; readonly data: Blob; readonly thumbhash: string }
  /** It has no decoder for it. */
  | { readonly kind: 'unplayable' }
  /** It took too long, or could not draw. */
  | { readonly kind: 'none' };
