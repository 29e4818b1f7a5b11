import { expect, test } from 'vitest';
import { failedTests, passedIn, type TestReport, worthASecondTry } from './second-try.ts';

const file = (name: string, ...statuses: readonly string[]) => ({
  name: `/app/${name}`,
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status, at) => ({ status, fullName: `${name} ${at}` })),
});
const report = (...testResults: TestReport['testResults']): TestReport => ({
  numPassedTests: 0,
  numFailedTests: 0,
  testResults,
});
const failedIn = (name: string) => file(name, 'failed');

test.each([
  ['an end-to-end test', [failedIn('tests/e2e/a.test.ts'), file('sync/a.test.ts', 'passed')], 1],
  ['end-to-end tests and faults', [failedIn('tests/e2e/a.test.ts'), failedIn('tests/faults/b.test.ts')], 2],
  ['a unit test as well', [failedIn('tests/e2e/a.test.ts'), failedIn('sync/a.test.ts')], 0],
  ['a simulated history', [failedIn('tests/convergence/simulation.test.ts')], 0],
  ['five files', ['a', 'b', 'c', 'd', 'e'].map((name) => failedIn(`tests/e2e/${name}.test.ts`)), 0],
  ['nothing', [file('tests/e2e/a.test.ts', 'passed')], 0],
])('where %s failed', (_, results, count) => {
  expect(worthASecondTry(report(...results), '/app')).toHaveLength(count);
});

test('counts what passed in the files that are run once more, and names what failed', () => {
  const first = report(file('sync/a.test.ts', 'passed'), file('tests/e2e/a.test.ts', 'passed', 'failed', 'passed'));
  expect(passedIn(first, ['tests/e2e/a.test.ts'], '/app')).toBe(2);
  expect(failedTests(first)).toEqual(['tests/e2e/a.test.ts 1']);
});
