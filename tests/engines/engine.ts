/** A kind of browser that the offline story runs in. */
export interface Engine {
  readonly name: string;
  /** What is not installed here, in words for a person; null where nothing is missing. */
  readonly missing: string | null;
  /** Opens the browser with a profile that survives it. */
  readonly open: (profile: string) => Promise<EngineDriver>;
}

/** One browser that runs, and the one page in it, whatever protocol it is driven by. */
export interface EngineDriver {
  readonly version: string;
  readonly go: (url: string) => Promise<void>;
  /** Runs a function in the page; it may be asynchronous, and sees nothing but its argument. */
  readonly evaluate: <Given, Result>(act: (given: Given) => Result, given: Given) => Promise<Awaited<Result>>;
  /** A click of the mouse, in CSS pixels of the viewport. */
  readonly clickAt: (at: { readonly x: number; readonly y: number }) => Promise<void>;
  /** Keys for the element that has the focus. */
  readonly type: (text: string) => Promise<void>;
  /** Ends the browser as a person does it; the profile stays. */
  readonly quit: () => Promise<void>;
}

/** The function as an expression that takes its argument along and gives its result as JSON. */
export function asExpression<Given>(act: (given: Given) => unknown, given: Given): string {
  return `(async () => JSON.stringify(await (${String(act)})(${JSON.stringify(given) ?? 'undefined'})) ?? 'null')()`;
}
