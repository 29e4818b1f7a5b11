import type { GallerySort } from '../gallery/view.ts';
import { type Entry, folded, nameOf } from './entry.ts';
import { pause } from './pause.ts';

/** Entries that are looked at, or sorted, without a pause. */
const SLICE = 4_000;

/** The entries that hold every word and that belong, in slices, so that no frame waits for a library. */
export async function matching(
  entries: Iterable<Entry>,
  { search, belongs }: { readonly search: string; readonly belongs: (entry: Entry) => boolean },
): Promise<Entry[]> {
  const words = folded(search).split(/\s+/).filter(Boolean);
  const found: Entry[] = [];
  let looked = 0;
  for (const entry of entries) {
    if (belongs(entry) && words.every((word) => entry.text.includes(word))) found.push(entry);
    if (++looked % SLICE === 0) await pause();
  }
  return found;
}

/** Sorts in slices that are then merged. */
export async function sorted(entries: readonly Entry[], sort: GallerySort, locale: string): Promise<readonly Entry[]> {
  const compare = comparisonOf(sort, locale);
  let runs: (readonly Entry[])[] = [];
  for (let at = 0; at < entries.length; at += SLICE) {
    runs.push(entries.slice(at, at + SLICE).sort(compare));
    await pause();
  }
  while (runs.length > 1) {
    const merged: (readonly Entry[])[] = [];
    for (let at = 0; at < runs.length; at += 2) merged.push(await merge(runs[at] ?? [], runs[at + 1] ?? [], compare));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge(
  left: readonly Entry[],
  right: readonly Entry[],
  compare: (a: Entry, b: Entry) => number,
): Promise<readonly Entry[]> {
  const merged: Entry[] = [];
  let [l, r] = [0, 0];
  for (;;) {
    const [a, b] = [left[l], right[r]];
    if (a === undefined && b === undefined) return merged;
    if (b === undefined || (a !== undefined && compare(a, b) <= 0)) {
      if (a !== undefined) merged.push(a);
      l++;
    } else {
      merged.push(b);
      r++;
    }
    if (merged.length % SLICE === 0) await pause();
  }
}

/** What is not known stands last; what is alike stands newest first. */
function comparisonOf(sort: GallerySort, locale: string): (a: Entry, b: Entry) => number {
  const newest = (a: Entry, b: Entry) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1);
  const most = (of: (entry: Entry) => number) => (a: Entry, b: Entry) => {
    const [left, right] = [of(a), of(b)];
    if (Number.isNaN(left) || Number.isNaN(right))
      return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || newest(a, b);
    return right - left || newest(a, b);
  };
  const { compare } = new Intl.Collator(locale, { numeric: true });
  switch (sort) {
    case 'newest':
      return newest;
    case 'oldest':
      return (a, b) => newest(b, a);
    case 'title':
      return (a, b) => compare(nameOf(a), nameOf(b)) || newest(a, b);
    case 'longest':
      return most(({ durationMs }) => durationMs);
    case 'largest':
      return most(({ bytes }) => bytes);
  }
}
