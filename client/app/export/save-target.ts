declare global {
  interface Window {
    /** Chromium's; absent elsewhere. */
    readonly showSaveFilePicker?: (options: {
      readonly suggestedName: string;
      readonly types: readonly { readonly accept: Readonly<Record<string, readonly string[]>> }[];
    }) => Promise<FileSystemFileHandle>;
  }
}

export type SaveTarget =
  /** `handle` is null where this browser writes only into its downloads. */
  { readonly kind: 'chosen'; readonly handle: FileSystemFileHandle | null } | { readonly kind: 'canceled' };

/** Asks where an archive is to be written; to be called while a person's click still counts. */
export async function chooseTarget(suggestedName: string): Promise<SaveTarget> {
  if (!window.showSaveFilePicker) return { kind: 'chosen', handle: null };
  try {
    const types = [{ accept: { 'application/zip': ['.zip'] } }];
    return { kind: 'chosen', handle: await window.showSaveFilePicker({ suggestedName, types }) };
  } catch (error) {
    // Where a policy forbids the picker, the downloads are still there.
    return error instanceof DOMException && error.name === 'AbortError'
      ? { kind: 'canceled' }
      : { kind: 'chosen', handle: null };
  }
}
