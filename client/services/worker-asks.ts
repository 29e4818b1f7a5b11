import * as v from 'valibot';

const OpenSchema = v.object({ type: v.literal('OPEN'), path: v.pipe(v.string(), v.startsWith('/')) });

/** Goes where the worker says: a person touched a notification while this page was open. */
export function listenToWorker(signal: AbortSignal): void {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.addEventListener(
    'message',
    ({ data }) => {
      const asked = v.safeParse(OpenSchema, data);
      // The router hears of it like of any other move.
      if (asked.success) history.pushState(null, '', asked.output.path);
    },
    { signal },
  );
}
