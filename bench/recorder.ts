import type { Sample } from './measures/first-sync.ts';
import type { Series } from './results.ts';

/** Gathers samples into series, and failures into sentences. */
export interface Recorder {
  readonly say: (line: string) => void;
  /** What `work` gives, or null where it failed; the bench goes on. */
  readonly attempt: <T>(what: string, work: () => Promise<T>) => Promise<T | null>;
  readonly record: (
    of: Omit<Series, 'ms' | 'traffic'>,
    sample: Omit<Sample, 'traffic'> & Pick<Series, 'traffic'>,
  ) => void;
  readonly series: () => Series[];
  readonly problems: () => string[];
}

export function createRecorder(say: (line: string) => void): Recorder {
  const found = new Map<string, Series>();
  const problems: string[] = [];
  return {
    say,
    attempt: async (what, work) => {
      try {
        return await work();
      } catch (error) {
        const problem = `${what}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
        problems.push(problem);
        say(`FAILED ${problem}`);
        return null;
      }
    },
    record: (of, { ms, traffic }) => {
      const key = JSON.stringify([of.measure, of.size, of.network, of.peer]);
      const before = found.get(key);
      found.set(key, { ...of, ms: [...(before?.ms ?? []), ms], traffic });
      if (of.measure === 'propagation') return;
      const bytes = traffic ? `, ${traffic.up} bytes up, ${traffic.down} down, ${traffic.requests} requests` : '';
      say(`${of.measure} ${of.size}, ${of.network}: ${of.peer} ${ms.toFixed(0)} ms${bytes}`);
    },
    series: () => [...found.values()],
    problems: () => problems,
  };
}
