import type { Observable } from '../app/services.ts';

/** An observable with its one writer. */
export interface Source<T> extends Observable<T> {
  readonly set: (value: T) => void;
}

export function createSource<T>(initial: T): Source<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
