import type { BenchVideo } from '../../rows.ts';

/** A row as our device creates it. What our server would measure itself goes along, so that all peers send the same. */
export function creationOf(video: BenchVideo) {
  const { id: _id, mediaState: _state, ...create } = video;
  return { ...create, capturedAt: null };
}
