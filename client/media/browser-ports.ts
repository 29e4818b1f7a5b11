import { readNetwork } from '../data/network.ts';
import type { FetchMissingDeps } from './fetch-missing.ts';
import { wait } from './ports.ts';

/** What the fetching of media needs of a browser, but for the hash: a page and a worker have different ones. */
export type BrowserPorts = Omit<FetchMissingDeps, 'tables' | 'sha256'>;

export function browserPorts(): BrowserPorts {
  return {
    fetch: (url, init) => fetch(url, init),
    wait,
    clock: () => performance.now(),
    random: Math.random,
    network: readNetwork,
    estimate: async () => {
      // Absent outside a secure context; then there is no worker either and nothing to be careful of.
      const { usage, quota } = (await navigator.storage?.estimate()) ?? {};
      return usage === undefined || quota === undefined ? null : { usage, quota };
    },
  };
}
