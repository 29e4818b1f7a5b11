/**
 * JSON whose strings are Unicode: half a surrogate pair, which a `\u` escape can smuggle in, becomes
 * U+FFFD. libSQL's driver aborts the whole process when it reads one back as text.
 */
export function wellFormedJson(json: string): string {
  if (!SURROGATE.test(json)) return json;
  return json.replace(ESCAPES, (found) => (LONE.test(found) ? '\\ufffd' : found));
}

const SURROGATE = /\\u[dD][89a-fA-F]/;
/** Every escape, a pair of surrogates as one, so that none is read from the middle of another. */
const ESCAPES = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\./gs;
const LONE = /^\\u[dD][89a-fA-F][\da-fA-F]{2}$/;
