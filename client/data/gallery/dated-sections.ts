import type { UserDatabase } from '../database.ts';
import { liveRead } from '../live-query.ts';
import { ALL_TIME, type IndexedFilter, ranged, type Span } from './filter.ts';
import type { Section, Shape } from './listing.ts';

/** Which stretch of the calendar a time belongs to, under one heading. */
export type PeriodOf = (createdAt: number) => Span & { readonly key: string };

export interface DatedQuery {
  readonly filter: IndexedFilter;
  readonly isNewestFirst: boolean;
  readonly periodOf: PeriodOf;
}

interface Link {
  /** Where this section may begin, and all after it. */
  readonly rest: Span;
  section: Section | null | undefined;
  readonly end: () => void;
}

/**
 * The sections of a library by its calendar, counted one after the other: each is a live query of its
 * own, so that a video more or less has one section counted again, and a library of any size has its
 * first one at once.
 * @param onChange told whenever `shape` is another one
 */
export function createDatedSections(
  db: UserDatabase,
  query: DatedQuery,
  onChange: () => void,
): { readonly shape: () => Shape | undefined; readonly close: () => void } {
  const links: Link[] = [];
  let shape: Shape | undefined;
  follow(0, ALL_TIME);

  function follow(place: number, rest: Span): void {
    if (links[place] && isSame(links[place].rest, rest)) return;
    cut(place);
    const subscribe = () =>
      liveRead(db, () => readSection(db, query, rest)).subscribe((section) => hear(link, section));
    const link: Link = { rest, section: undefined, end: subscribe() };
    links[place] = link;
  }

  function hear(link: Link, section: Section | null): void {
    const place = links.indexOf(link);
    if (place === -1) return;
    link.section = section;
    const rest = section?.span ? beyond(section.span, query) : null;
    if (rest === null) cut(place + 1);
    else follow(place + 1, rest);
    const sections = links.map((each) => each.section).filter((each) => each !== null && each !== undefined);
    const last = links.at(-1)?.section;
    // None after it, or it goes on to where time ends, so that no other one is asked for.
    const isComplete = last === null || (!!last?.span && beyond(last.span, query) === null);
    shape = { sections, isComplete };
    onChange();
  }

  function cut(from: number): void {
    for (const { end } of links.splice(from)) end();
  }

  return { shape: () => shape, close: () => cut(0) };
}

async function readSection(db: UserDatabase, query: DatedQuery, rest: Span): Promise<Section | null> {
  const { filter, isNewestFirst, periodOf } = query;
  const among = ranged(db, filter, rest);
  const [first] = await (isNewestFirst ? among.reverse() : among).limit(1).toArray();
  if (!first) return null;
  const period = periodOf(first.createdAt);
  const span = { from: Math.max(period.from, rest.from), to: Math.min(period.to, rest.to) };
  return { key: period.key, span, count: await ranged(db, filter, span).count() };
}

/** Null where time itself ends. */
function beyond({ from, to }: Span, { isNewestFirst }: DatedQuery): Span | null {
  const rest = isNewestFirst ? { ...ALL_TIME, to: from - 1 } : { ...ALL_TIME, from: to + 1 };
  return rest.from <= rest.to ? rest : null;
}

function isSame(a: Span, b: Span): boolean {
  return a.from === b.from && a.to === b.to;
}
