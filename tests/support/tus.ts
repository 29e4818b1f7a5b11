/** Requests of tus as a client makes them. */
import { createHash } from 'node:crypto';
import type { Person } from './person.ts';

const VERSION = { 'tus-resumable': '1.0.0' };

export interface Tus {
  /** @param metadata values as text */
  readonly create: (length: number | string, metadata?: Readonly<Record<string, string>>) => Promise<Response>;
  /** An upload of this length. @returns its address */
  readonly begin: (length: number, metadata?: Readonly<Record<string, string>>) => Promise<string>;
  readonly head: (url: string) => Promise<Response>;
  /** @param headers besides those that a part has anyway */
  readonly patch: (
    url: string,
    offset: number,
    body: BodyInit,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Response>;
  readonly terminate: (url: string) => Promise<Response>;
  /** What GET says of it. */
  readonly state: (url: string) => Promise<Readonly<Record<string, unknown>>>;
}

export function tusOf({ fetch }: Pick<Person, 'fetch'>): Tus {
  const create: Tus['create'] = (length, metadata = {}) => {
    const pairs = Object.entries(metadata).map(([key, text]) => `${key} ${Buffer.from(text).toString('base64')}`);
    const headers = { ...VERSION, 'upload-length': String(length), 'upload-metadata': pairs.join(',') };
    return fetch('/api/uploads', { method: 'POST', headers });
  };
  return {
    create,
    begin: async (length, metadata) => {
      const reply = await create(length, metadata);
      const url = reply.headers.get('location');
      if (reply.status !== 201 || url === null) throw new Error(`not begun: ${reply.status} ${await reply.text()}`);
      return url;
    },
    head: (url) => fetch(url, { method: 'HEAD', headers: VERSION }),
    patch: (url, offset, body, headers = {}) =>
      fetch(url, {
        method: 'PATCH',
        headers: {
          ...VERSION,
          'content-type': 'application/offset+octet-stream',
          'upload-offset': String(offset),
          ...headers,
        },
        body,
        ...(body instanceof ReadableStream && { duplex: 'half' }),
      }),
    terminate: (url) => fetch(url, { method: 'DELETE', headers: VERSION }),
    state: async (url) => (await (await fetch(url)).json()).data,
  };
}

/** An `Upload-Checksum` of these bytes. */
export function checksumOf(bytes: Uint8Array, algorithm: 'sha1' | 'sha256' = 'sha256'): Record<string, string> {
  return { 'upload-checksum': `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}` };
}
