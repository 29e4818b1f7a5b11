const EXTENSIONS: Readonly<Record<string, string>> = {
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'video/x-matroska': 'mkv',
  'video/matroska': 'mkv',
  'video/mp2t': 'ts',
};

/** A name under which any file system takes a video. */
export function fileName(title: string, contentType: string | null): string {
  const name = title
    .replace(/[\\/:*?"<>|\s]+/g, ' ')
    .trim()
    .slice(0, 60);
  const type = contentType?.split(';')[0]?.trim() ?? '';
  return `${name || 'video'}.${EXTENSIONS[type] ?? 'mp4'}`;
}
