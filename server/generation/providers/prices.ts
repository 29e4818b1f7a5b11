import type { PriceRate } from '../provider.ts';

/** What one film of this length costs. */
export interface Quote {
  readonly duration: number;
  readonly amount: number;
}

/** Prices come as dollars; what is no film's price was meant as something else. */
const MOST = 1000;

/** Null where it is none: what costs nothing is what could not be worked out. */
export function amountOf(value: unknown): number | null {
  return typeof value === 'number' && value > 0 && value < MOST ? value : null;
}

export function currencyOf(value: unknown): string {
  return typeof value === 'string' && /^[A-Z]{3}$/.test(value) ? value : 'USD';
}

/** The rate between a short film and a long one. */
export function rateBetween(resolution: string | null, short: Quote, long: Quote): PriceRate {
  const seconds = long.duration - short.duration;
  const perSecond = seconds > 0 ? Math.max(0, (long.amount - short.amount) / seconds) : 0;
  return {
    resolution,
    fixed: rounded(short.amount - perSecond * short.duration),
    perSecond: rounded(perSecond),
    isLeast: false,
  };
}

function rounded(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}
