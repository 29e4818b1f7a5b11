/** Chance that can be told again: the same seed draws the same numbers. */
export interface Random {
  /** Uniform in [0, 1). */
  readonly next: () => number;
  /** An integer from 0 to `below` - 1. */
  readonly int: (below: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(list: readonly [T, ...T[]]) => T;
  /** Null of an empty list. */
  readonly choose: <T>(list: readonly T[]) => T | null;
  readonly bytes: (count: number) => Uint8Array;
}

/**
 * @param seed any integers; those that differ in one give numbers that have nothing in common
 */
export function createRandom(...seed: readonly number[]): Random {
  let state = seed.reduce((mixed, part) => scramble(mixed ^ scramble(part)), 0x9e3779b9);

  // Mulberry32.
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const int = (below: number) => Math.floor(next() * below);

  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (list) => list[int(list.length)] ?? list[0],
    choose: (list) => list[int(list.length)] ?? null,
    bytes: (count) => Uint8Array.from({ length: count }, () => int(256)),
  };
}

function scramble(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  return mixed ^ (mixed >>> 16);
}
