import { relative } from 'node:path';

/** Of what Vitest's JSON reporter writes, what is looked at here. */
export interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    /** Absolute path of the file. */
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** What has deadlines of its own, and runs beside others on a machine that may be too small for them. */
const BESIDE_OTHERS = /^tests\/(e2e|runtime|faults)\//;
/** More than this is not a machine that was busy. */
const MOST_FILES = 4;

/** The test files, relative to `root`, that are worth running once more by themselves; none where anything else failed. */
export function worthASecondTry({ testResults }: TestReport, root: string): readonly string[] {
  const failed = testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative(root, name));
  return failed.length <= MOST_FILES && failed.every((file) => BESIDE_OTHERS.test(file)) ? failed : [];
}

/** The tests of these files that passed. */
export function passedIn({ testResults }: TestReport, files: readonly string[], root: string): number {
  const within = testResults.filter(({ name }) => files.includes(relative(root, name)));
  return within.flatMap((each) => each.assertionResults).filter(({ status }) => status === 'passed').length;
}

/** The full names of the tests that failed. */
export function failedTests({ testResults }: TestReport): readonly string[] {
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed')
    .map(({ fullName }) => fullName);
}
