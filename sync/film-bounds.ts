/** Tracks of a file that is still taken for a film. With more, a demuxer that compares each with each is kept busy. */
export const MAX_TRACKS = 64;
