/** What a browser says of the network that it is on. */
export interface NetworkFacts {
  /** The person asked the browser to save data. */
  readonly saveData: boolean;
  /** `wifi`, `cellular`, …; null where this browser cannot tell. */
  readonly type: string | null;
}

/** The network, and what a person wants of it. */
export type Traffic = NetworkFacts & { readonly wifiOnly: boolean };

/** More than this goes over no such network unasked. */
export const LITTLE_BYTES = 256 * 1024;
const PAID_BY_THE_BYTE = ['cellular', 'bluetooth'];

/** Whether bytes that nobody asked for wait for a better network. */
export function isHeld(bytes: number, facts: Traffic): boolean {
  const { saveData, wifiOnly, type } = facts;
  return bytes > LITTLE_BYTES && (saveData || (wifiOnly && type !== null && PAID_BY_THE_BYTE.includes(type)));
}

/** The facts of this moment. Safari and Firefox say nothing, Chromium on a desktop says no type. */
export function readNetwork(): NetworkFacts {
  const said: { readonly saveData?: boolean; readonly type?: string } =
    ('connection' in navigator && navigator.connection) || {};
  return { saveData: said.saveData === true, type: said.type ?? null };
}
