import { useSyncExternalStore } from 'react';
import type { Observable } from './services.ts';

/** The present value of something outside React. */
export function useObservable<T>(source: Observable<T>): T {
  return useSyncExternalStore(source.subscribe, source.get);
}
