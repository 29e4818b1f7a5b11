import type { LibraryEntry } from './write-library.ts';

/** A ZIP knows no time before it was invented; two days in, so that no time zone leads before that. */
const FIRST_TIME = Date.UTC(1980, 0, 3);

/** The entries as a ZIP writer wants them; they are closed, and nothing else happens, when nobody reads on. */
export async function* zipFiles(
  entries: AsyncIterable<LibraryEntry>,
): AsyncGenerator<{ readonly name: string; readonly input: LibraryEntry['input']; readonly lastModified: number }> {
  for await (const { name, at, input } of entries) {
    try {
      yield { name, input, lastModified: Math.max(at, FIRST_TIME) };
    } catch {
      // The writer throws at its source what its reader gave as the reason to stop.
      return;
    }
  }
}
