/** How long a browser may take until it has begun to read what it was told to save. */
const KEPT_MS = 60_000;

/**
 * Hands the browser something to save under a name.
 * @param from a file, or an address of this origin: a browser asks the network for a download, past the worker
 */
export function saveFile(from: Blob | string, name: string): void {
  const link = document.createElement('a');
  link.href = typeof from === 'string' ? from : URL.createObjectURL(from);
  link.download = name;
  link.click();
  if (typeof from !== 'string') setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
