const EXTENSIONS: Readonly<Record<string, string>> = {
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'video/x-matroska': 'mkv',
  'video/matroska': 'mkv',
  'video/mp2t': 'ts',
};

/** How the name of a file of this media type ends, without a dot. */
export function extensionOf(contentType: string | null): string {
  return EXTENSIONS[contentType?.split(';')[0]?.trim().toLowerCase() ?? ''] ?? 'mp4';
}

/** UTF-16 units; three bytes each at most, so that a name with its number and extension stays below 255. */
const MAX_LENGTH = 60;
/** Windows takes these for devices, whatever follows the first dot. */
const DEVICE = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)\s*(?:\.|$)/i;

/** What is left of a text as a name that any file system takes, without an extension; it may be nothing. */
export function safeName(text: string): string {
  const name = text
    .normalize('NFC')
    // Separators, wildcards, controls, and characters that cannot be seen or are none.
    .replace(/[\p{C}\p{Z}\\/:*?"<>|]+/gu, ' ')
    .replace(/^[\s.]+/, '')
    .slice(0, MAX_LENGTH)
    // Half a character where it was cut; Windows drops dots and spaces at the end.
    .replace(/[\p{Cs}\s.]+$/u, '');
  return DEVICE.test(name) ? `_${name}` : name;
}

/** Gives names that differ on every file system, those that know no case among them. */
export function createNamer(): (text: string, extension: string) => string {
  const given = new Set<string>();
  const last = new Map<string, number>();
  return (text, extension) => {
    const base = safeName(text) || 'video';
    for (let count = (last.get(folded(base)) ?? 0) + 1; ; count++) {
      const name = count === 1 ? `${base}.${extension}` : `${base} (${count}).${extension}`;
      if (given.has(folded(name))) continue;
      given.add(folded(name));
      last.set(folded(base), count);
      return name;
    }
  };
}

function folded(name: string): string {
  return name.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD');
}
