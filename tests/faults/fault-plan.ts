/** Which fault meets which request: a pure function of a seed, so that any run can be had again. */
import { type Fault, type FaultPlan, PASS } from '../support/fault-proxy.ts';

/** Uniform in [0, 1), the same for the same seed. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function answer(name: string, status: number, headers: Readonly<Record<string, string>>, body: string | Buffer) {
  return { kind: 'answer', name, status, headers, body } as const satisfies Fault;
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const JSON_TYPE = { 'content-type': 'application/json' };
const PORTAL_PAGE = '<!doctype html><title>Welcome</title><p>Accept the terms to use this network.</p>';
const refusal = (error: string, code: string) => JSON.stringify({ success: false, error, code });

/** What stands between a phone and its server, and answers in its place. */
export const ANSWERS = {
  portal: answer('portal 200', 200, HTML, PORTAL_PAGE),
  unauthorized: answer('401', 401, JSON_TYPE, refusal('Unauthorized', 'unauthorized')),
  failure: answer('500 JSON', 500, JSON_TYPE, refusal('Internal server error', 'internal')),
  failurePage: answer('500 HTML', 500, HTML, '<h1>500 Internal Server Error</h1>'),
  busy: answer('503', 503, { ...HTML, 'retry-after': '1' }, '<h1>503 Service Unavailable</h1>'),
  found: answer('302', 302, { ...HTML, location: '/favicon.svg' }, ''),
  moved: answer('307', 307, { ...HTML, location: 'http://portal.invalid/login' }, ''),
  garbage: answer('garbled gzip', 200, { ...JSON_TYPE, 'content-encoding': 'gzip' }, Buffer.from('1f8b08ff00', 'hex')),
} as const;

/** One of each, with as many that go well: a deck that is shuffled anew whenever it has been dealt. */
function deck(random: () => number, stallMs: number): readonly Fault[] {
  const faults: readonly Fault[] = [
    { kind: 'reset_before' },
    { kind: 'reset_after' },
    { kind: 'cut', bytes: 1 + Math.floor(random() * 40) },
    { kind: 'cut', bytes: 40 + Math.floor(random() * 4_000) },
    ...Object.values(ANSWERS),
    { kind: 'stall', at: 'headers', ms: stallMs },
    { kind: 'stall', at: 'body', ms: stallMs },
    { kind: 'drip', pieces: 8, everyMs: 20 },
    { kind: 'replay' },
    PASS,
    PASS,
    PASS,
    PASS,
  ];
  const shuffled = faults.map((fault) => ({ fault, at: random() })).sort((a, b) => a.at - b.at);
  return shuffled.map(({ fault }) => fault);
}

export const LANES: readonly string[] = ['/api/sync', '/api/sync/events', '/api/generations/', '/media/'];

/** The n-th fault of a lane. */
export function faultAt(options: {
  readonly seed: number;
  readonly lane: number;
  readonly n: number;
  readonly stallMs: number;
}): Fault {
  const size = deck(mulberry32(0), 0).length;
  const round = Math.floor(options.n / size);
  const random = mulberry32(options.seed ^ Math.imul(options.lane + 1, 0x9e3779b1) ^ Math.imul(round + 1, 0x85ebca6b));
  return deck(random, options.stallMs)[options.n % size] ?? PASS;
}

/** Deals each lane its faults in the order of the seed; other requests go well. */
export function seededPlan({ seed, stallMs }: { readonly seed: number; readonly stallMs: number }): FaultPlan {
  const dealt = LANES.map(() => 0);
  return ({ path }) => {
    const lane = laneOf(path);
    if (lane < 0) return PASS;
    const n = dealt[lane] ?? 0;
    dealt[lane] = n + 1;
    return faultAt({ seed, lane, n, stallMs });
  };
}

function laneOf(path: string): number {
  return LANES.indexOf(path);
}

/** A word for a fault, to count by. */
export function nameOf(fault: Fault): string {
  if (fault.kind === 'answer') return fault.name;
  return fault.kind === 'stall' || fault.kind === 'hold' ? `${fault.kind} ${fault.at}` : fault.kind;
}
