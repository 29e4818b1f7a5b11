import type { ImportItem, ImportState } from '../app/services.ts';
import type { Source } from './observable.ts';

/** The list of what goes into and out of the library, oldest first. */
export interface Transfers {
  /** @returns its key */
  readonly list: (name: string, state: ImportState) => number;
  readonly show: (key: number, state: ImportState) => void;
  readonly remove: (keys: readonly number[]) => void;
}

export function createTransfers(items: Source<readonly ImportItem[]>): Transfers {
  let nextKey = 1;
  return {
    list: (name, state) => {
      const key = nextKey++;
      items.set([...items.get(), { key, name, state }]);
      return key;
    },
    show: (key, state) => items.set(items.get().map((item) => (item.key === key ? { ...item, state } : item))),
    remove: (keys) => items.set(items.get().filter(({ key }) => !keys.includes(key))),
  };
}
