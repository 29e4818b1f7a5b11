/**
 * Runs something once, later.
 * @returns takes it back; harmless when it already ran
 */
export type After = (delayMs: number, run: () => void) => () => void;
