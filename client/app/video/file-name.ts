import { extensionOf, safeName } from '../../../sync/file-name.ts';

/** A name under which any file system takes a video. */
export function fileName(title: string, contentType: string | null): string {
  return `${safeName(title) || 'video'}.${extensionOf(contentType)}`;
}
