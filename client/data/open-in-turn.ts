/** A holder that stands still for this long, in a tab that is frozen, is not waited for. */
const PATIENCE_MS = 2_000;

/**
 * Runs `work`, which opens a database and may make it, one at a time in this browser. Chromium keeps
 * a page that a person leaves at hand for the way back, frozen; where that happens while it makes a
 * database, whatever opens it next waits for ever (seen in Chromium 156, in 9 of 60 quick
 * departures). A lock that is wanted elsewhere ends the page that has it and is kept so.
 */
export async function openInTurn<T>(work: () => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return work();
  let begun = false;
  const begin = () => {
    begun = true;
    return work();
  };
  try {
    return await navigator.locks.request('vidfab-opening', { signal: AbortSignal.timeout(PATIENCE_MS) }, begin);
  } catch (error) {
    if (begun) throw error;
    return work();
  }
}
