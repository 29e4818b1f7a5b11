import type { SourceBytes } from '../provider.ts';

/** A picture as a form of one file, under a name that says nothing of whose it is. */
export function formOf(name: string, { data, contentType }: SourceBytes): FormData {
  const form = new FormData();
  form.set(name, new Blob([data], { type: contentType }), `picture.${contentType.slice('image/'.length)}`);
  return form;
}
