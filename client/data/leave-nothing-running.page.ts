/**
 * Aborts what runs in a database when this page is put aside for the way back; `resilient` runs it again
 * once the page goes on. WebKit keeps such a page together with its transactions, which then neither end
 * nor are aborted for whoever wants the same tables: every page that is opened afterwards stays white
 * (seen in WebKitGTK 2.50.6; https://github.com/w3c/IndexedDB/issues/381). To be called before the first
 * database is opened.
 */
export function leaveNothingRunning(): void {
  const running = new Set<IDBTransaction>();
  const { prototype } = IDBDatabase;
  const begin = prototype.transaction;
  prototype.transaction = function (...given) {
    const transaction = begin.apply(this, given);
    running.add(transaction);
    for (const end of ['complete', 'abort']) transaction.addEventListener(end, () => running.delete(transaction));
    return transaction;
  };
  addEventListener('pagehide', ({ persisted }) => {
    if (persisted) running.forEach(abort);
  });
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It commits already.
  }
}
