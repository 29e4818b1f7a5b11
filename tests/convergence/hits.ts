import { NETWORK_FAULTS } from '../../sync/simulation/network.ts';

/** Each way in which a rule shows itself in a run; one that never does fails the run. */
export const RULES = [
  'ID-1 alias in a result',
  'ID-1 same video twice in one push',
  'ID-1 match with a tombstone',
  'ID-1 outputs that share a URL stay apart',
  'ROW-1 create meets a person’s edit',
  'ROW-2 row replaced in a new epoch',
  'ROW-3 creation in the future',
  'HLC-1 stamp ahead of the clock',
  'HLC-2 clock_ahead',
  'HLC-2 restamped',
  'PUSH-1 pending fields alone',
  'PUSH-2 create',
  'PUSH-3 edit in flight outlives the answer',
  'PUSH-4 bad row stands alone',
  'PUSH-4 rejected',
  'PUSH-5 body refused and halved',
  'PUSH-6 push that changes nothing',
  'PUSH-7 identity_changed',
  'PULL-1 changes in pages',
  'PULL-2 snapshot in pages',
  'PULL-3 swept',
  'PULL-3 healed',
  'PULL-4 collected',
  'PULL-4 cursor below the floor',
  'PULL-4 unknown',
  'PULL-5 fork found',
  'PULL-5 blank epoch',
  'PULL-6 stale reply',
  'PULL-5 no news from a head that is gone',
  'PULL-6 news',
  'PULL-6 news from elsewhere',
  'PULL-7 unknown member',
  'PULL-7 upgrade',
  'PURGE-1 after thirty days',
  'PURGE-1 on request',
  'PURGE-1 push to a tombstone',
  'PURGE-1 created anew',
  'GEN-1 device first',
  'GEN-1 server first',
  'GEN-2 retry epoch',
  'GEN-2 held',
  'GEN-2 ended before the restore',
  'GEN-3 created and canceled at once',
  'GEN-3 outputs after a cancel',
] as const;

export const FAULTS = [
  ...NETWORK_FAULTS,
  'news lost',
  'news late',
  'news twice',
  '413',
  'poison 5xx',
  'poison 4xx',
  'session of another person',
  'two requests at once',
  'two cycles at once',
  'edit in flight',
  'storage refused',
  'killed before a transaction',
  'killed within a transaction',
  'killed after a transaction',
  'killed in flight',
  'reinstalled',
  'clock jumped',
  'server killed in an exchange',
  'server killed in a job',
  'provider died before',
  'provider died after',
  'provider answer lost',
  'provider not now',
  'restored, announced',
  'restored, silent',
  'old app',
] as const;

export type Rule = (typeof RULES)[number];
export type Fault = (typeof FAULTS)[number];

/** How often each rule and each fault was exercised. */
export interface Hits {
  readonly rule: (name: Rule) => void;
  readonly fault: (name: Fault) => void;
  readonly add: (counts: Counts) => void;
  readonly counts: () => Counts;
}

export type Counts = Readonly<Record<string, number>>;

export function createHits(): Hits {
  const counts = new Map<string, number>([...RULES, ...FAULTS].map((name) => [name, 0]));
  const count = (name: string, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by);
  return {
    rule: (name) => count(name),
    fault: (name) => count(name),
    add: (more) => {
      for (const [name, by] of Object.entries(more)) count(name, by);
    },
    counts: () => Object.fromEntries(counts),
  };
}

/** What a run never came to. */
export function missing(counts: Counts): readonly string[] {
  return [...RULES, ...FAULTS].filter((name) => !counts[name]);
}

export function formatHits(counts: Counts): string {
  const section = (title: string, names: readonly string[]) =>
    [title, ...names.map((name) => `  ${name.padEnd(46)}${String(counts[name] ?? 0).padStart(9)}`)].join('\n');
  return `${section('rules', RULES)}\n${section('faults', FAULTS)}`;
}
