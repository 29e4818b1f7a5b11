const MAX_LENGTH = 500;

/** What a file's name says of a video: no path, no extension, nothing that cannot be read; null where that is nothing. */
export function fileTitle(name: string): string | null {
  const title = name
    .replace(/^.*[\\/]/s, '')
    .replace(/\.[\p{L}\p{N}]{1,8}$/u, '')
    // Controls, and what turns the direction of the text around it.
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return shortened(title) || null;
}

/** Cut between characters: half of one is not well-formed text. */
function shortened(title: string): string {
  return title
    .slice(0, MAX_LENGTH)
    .replace(/\p{Cs}$/u, '')
    .trim();
}
