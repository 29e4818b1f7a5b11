import type { ServerResults } from '../results.ts';
import { measureFullDatabase } from './full-database.ts';
import { measureRates } from './rates.ts';

/** What one core of our server does, empty and full. */
export async function benchServer(options: {
  readonly quick: boolean;
  readonly say: (line: string) => void;
}): Promise<ServerResults> {
  const { quick, say } = options;
  const rates = await measureRates({ ms: quick ? 500 : 2_500, rounds: quick ? 1 : 5, say });
  const latencies = await measureFullDatabase({
    vast: quick ? 20_000 : 1_000_000,
    small: 1_000,
    others: quick ? 100 : 10_000,
    samples: quick ? 5 : 50,
    say,
  });
  return { rates, latencies };
}
