import type { EvictedCopy, KeptCopy } from '../data/keep-tables.ts';

/** A copy, and whether it is being played at this moment, in whatever tab. */
export type Candidate = KeptCopy & { readonly isPlaying: boolean };

/** Of the quota: from here on a person is told in Settings. */
export const WARNED = 0.8;

/** Whether a copy may make room: the server has the very same, nobody asked to have it here, nobody plays it. */
export function mayGo({ isSafe, isPinned, isPlaying }: Candidate): boolean {
  return isSafe && !isPinned && !isPlaying;
}

/**
 * Which copies make room, least recently played first, and no more of them than are needed.
 * @param before only what was not used since then, so that nothing makes room for what is worth less
 */
export function planEviction<Copy extends Candidate>(
  copies: readonly Copy[],
  { bytes, before }: { readonly bytes: number; readonly before: number },
): readonly Copy[] {
  const going: Copy[] = [];
  let lacking = bytes;
  for (const copy of copies.filter((each) => mayGo(each) && each.usedAt < before).sort(byUse)) {
    if (lacking <= 0) break;
    going.push(copy);
    lacking -= copy.bytes;
  }
  return going;
}

/** Which of the copies that made room come back into so much of it, most recently played first. */
export function planReturn<Copy extends EvictedCopy>(evicted: readonly Copy[], room: number): readonly Copy[] {
  let left = room;
  return evicted
    .toSorted((a, b) => byUse(b, a))
    .filter(({ bytes }) => {
      if (bytes > left) return false;
      left -= bytes;
      return true;
    });
}

export function sizeOf(copies: readonly { readonly bytes: number }[]): number {
  return copies.reduce((sum, { bytes }) => sum + bytes, 0);
}

function byUse(a: EvictedCopy, b: EvictedCopy): number {
  return a.usedAt - b.usedAt || (a.copyId < b.copyId ? -1 : 1);
}
