import { parseArgs } from 'node:util';

const PARTS = ['first-sync', 'push', 'propagation', 'faults', 'server', 'media', 'gallery', 'lighthouse'] as const;
type Part = (typeof PARTS)[number];

export interface Options {
  /** A smoke test of everything in about a minute; its figures mean nothing. */
  readonly quick: boolean;
  readonly rounds: number;
  readonly firstSyncRows: readonly number[];
  readonly pushRows: number;
  readonly changes: number;
  readonly faultRows: number;
  /** Of the large video whose memory is measured, and of those that are played. */
  readonly mediaBytes: { readonly large: number; readonly played: readonly number[] };
  readonly libraries: readonly number[];
  readonly parts: ReadonlySet<Part>;
  /** All parts. */
  readonly isWhole: boolean;
  /** Null means all. */
  readonly peers: ReadonlySet<string> | null;
}

const USAGE = `npm run bench -- [--quick] [--large] [--rounds 5] [--only ${PARTS.join(',')}] [--peers ours,bare,rxdb,…] [--libraries 10000,100000]
  or the parts by themselves: npm run bench -- lighthouse media
  --quick   one round of everything, small: a smoke test, not a measurement
  --large   first sync of 50,000 rows as well`;

/** @throws with the usage when it understands something else */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      large: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string' },
      peers: { type: 'string' },
      libraries: { type: 'string' },
    },
  });
  const { quick, large } = values;
  const rounds = Number(values.rounds ?? (quick ? 1 : 5));
  const named = [...(values.only?.split(',') ?? []), ...positionals];
  const parts = named.length > 0 ? named.map((name) => PARTS.find((part) => part === name)) : PARTS;
  if (
    !Number.isInteger(rounds) ||
    rounds < 1 ||
    parts.some((part) => part === undefined) ||
    values.libraries?.split(',').some((size) => !(Number(size) > 0))
  )
    throw new Error(USAGE);
  return {
    quick,
    rounds,
    firstSyncRows: quick ? [2_000] : large ? [10_000, 50_000] : [10_000],
    pushRows: quick ? 200 : 1_000,
    changes: quick ? 5 : 60,
    faultRows: quick ? 50 : 500,
    mediaBytes: quick
      ? { large: 64_000_000, played: [5_000_000] }
      : { large: 1_000_000_000, played: [5_000_000, 500_000_000] },
    libraries: values.libraries?.split(',').map(Number) ?? (quick ? [1_000] : [10_000, 100_000]),
    parts: new Set(parts.filter((part) => part !== undefined)),
    isWhole: named.length === 0,
    peers: values.peers === undefined ? null : new Set(values.peers.split(',')),
  };
}
