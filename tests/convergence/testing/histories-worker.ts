// Tells histories and prints what came of them as one line of JSON.
import { parseArgs } from 'node:util';
import { runHistories } from '../runner.ts';

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    histories: { type: 'string', default: '1' },
    failures: { type: 'string', default: '1' },
    plain: { type: 'boolean', default: false },
    emphasis: { type: 'string', default: '' },
  },
});
const [from = 1, histories = 1, failures = 1] = [values.from, values.histories, values.failures].map(Number);
const emphasis = values.emphasis.split(',').filter(Boolean);
process.stdout.write(
  JSON.stringify(await runHistories({ from, histories, failures, shorten: !values.plain, emphasis })),
);
