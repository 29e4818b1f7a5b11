import type { GivenFile } from '../services.ts';

/** What a person dropped or pasted; a folder is told apart, for as a file it could not be read. */
export function givenFiles(transfer: DataTransfer | null): readonly GivenFile[] {
  return [...(transfer?.items ?? [])].flatMap((item): readonly GivenFile[] => {
    if (item.kind !== 'file') return [];
    const entry = item.webkitGetAsEntry?.();
    if (entry?.isDirectory) return [{ name: entry.name, file: null }];
    const file = item.getAsFile();
    return file ? [{ name: file.name, file }] : [];
  });
}

export function hasFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false;
}

/** The picture, where it was one and nothing else; text that was copied with it is none of it. */
export function onlyPicture(files: readonly GivenFile[]): File | null {
  const [first, ...others] = files;
  return others.length === 0 && first?.file?.type.startsWith('image/') ? first.file : null;
}
