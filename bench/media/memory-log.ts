import { summarize } from '../stats.ts';

/** Bytes at one moment, by name. */
export interface MemorySample {
  readonly at: number;
  readonly values: Readonly<Record<string, number>>;
}

/** What a stretch of work took above what lay there before it, bytes by name, at its highest. */
export function aboveRest(
  samples: readonly MemorySample[],
  work: { readonly from: number; readonly to: number },
): Record<string, number> {
  const rest = samples.filter(({ at }) => at < work.from && at > work.from - REST_MS);
  const during = samples.filter(({ at }) => at >= work.from && at <= work.to);
  const names = Object.keys(during[0]?.values ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const of = (some: readonly MemorySample[]) => some.map(({ values }) => values[name] ?? 0);
      return [name, Math.max(0, Math.max(...of(during)) - summarize(of(rest)).median)];
    }),
  );
}

/** How long a process rests before its work counts. */
export const REST_MS = 3_000;
