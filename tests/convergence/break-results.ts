import type { Break } from './breaks.ts';

/** What became of a deliberate break. */
export interface BreakResult {
  readonly name: string;
  readonly histories: number;
  readonly seconds: number;
  /** The first violation that it led to; null where it survived. */
  readonly caughtBy: string | null;
  /** Why it could not be tried. */
  readonly problem: string | null;
}

export function breakName({ rule, what }: Break): string {
  return `[${rule}] ${what}`;
}
