// Tells histories of the simulation: `npm run simulate -- --seed 123` one, in words; `--histories 100000 --from 1` many.
import { parseArgs } from 'node:util';
import { runInParallel } from '../tests/convergence/parallel.ts';
import { formatRun, tellSeed } from '../tests/convergence/runner.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    acts: { type: 'string' },
    without: { type: 'string' },
    histories: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    failures: { type: 'string', default: '3' },
    plain: { type: 'boolean', default: false },
    /** Kinds of acts that come up far more often than they would, as `breaks.ts` has them. */
    emphasis: { type: 'string', default: '' },
  },
});

const emphasis = values.emphasis.split(',').filter(Boolean);
if (values.seed === undefined) {
  const [from = 1, histories = 1, failures = 1] = [values.from, values.histories, values.failures].map(Number);
  const run = await runInParallel({ from, histories, failures, shorten: !values.plain, emphasis });
  console.log(formatRun(run));
  process.exitCode = run.failed.length > 0 ? 1 : 0;
} else {
  const without = new Set((values.without ?? '').split(',').filter(Boolean).map(Number));
  const acts = values.acts === undefined ? undefined : Number(values.acts);
  const trace = (line: string) => console.log(line);
  const history = await tellSeed({ seed: Number(values.seed), acts, without, emphasis: new Set(emphasis), trace });
  for (const violation of history.violations) console.log(violation);
  process.exitCode = history.violations.length > 0 ? 1 : 0;
}
