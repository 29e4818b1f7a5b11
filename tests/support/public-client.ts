/** A public tus client at work against a server, and films for it to upload. */
import { randomBytes } from 'node:crypto';
import { type HttpRequest, Upload, type UploadOptions } from 'tus-js-client';
import { FILM } from './jobs-world.ts';
import type { Person } from './person.ts';

export const MiB = 1024 * 1024;

/** A film of about this size, unlike any other. */
export function newFilm(bytes: number): Buffer {
  const rest = randomBytes(bytes);
  const box = Buffer.concat([Buffer.alloc(4), Buffer.from('free'), rest]);
  box.writeUInt32BE(box.length);
  return Buffer.concat([FILM, box]);
}

/** A video that a device made known, and has the bytes of. */
export async function pushImported(person: Person): Promise<string> {
  const id = crypto.randomUUID();
  const create = { origin: 'imported', createdAt: Date.now() };
  const push = { videos: [{ id, create, set: {} }], generations: [] };
  const rest = { protocol: 1, user: person.id, device: 'd'.repeat(16), cursor: null, head: null, limit: 10 };
  const reply = await person.send('POST', '/api/sync', { ...rest, push });
  if (!reply.ok) throw new Error(`not pushed: ${reply.status}`);
  return id;
}

/** The public client, and how it went. */
export function publicClient(
  { url, person, bytes }: { readonly url: string; readonly person: Person; readonly bytes: Buffer },
  options: Partial<UploadOptions> = {},
) {
  let sent = 0;
  const outcome = Promise.withResolvers<'success' | Error>();
  const upload = new Upload(bytes, {
    endpoint: `${url}/api/uploads`,
    headers: { cookie: person.cookie },
    chunkSize: MiB,
    retryDelays: Array.from({ length: 60 }, () => 200),
    onBeforeRequest: (made: HttpRequest) => {
      if (made.getMethod() === 'PATCH') sent++;
    },
    onSuccess: () => outcome.resolve('success'),
    onError: (error) => outcome.resolve(error),
    ...options,
  });
  return { upload, ended: outcome.promise, parts: () => sent };
}

/** What somebody who asks for it gets: nothing yet, all of it, or what nobody should ever get. */
export async function servedOf(person: Person, id: string, bytes: Buffer): Promise<'nothing' | 'whole' | 'half'> {
  const reply = await person.fetch(`/media/${id}`);
  const got = Buffer.from(await reply.arrayBuffer());
  if (!reply.ok) return 'nothing';
  return got.equals(bytes) ? 'whole' : 'half';
}
