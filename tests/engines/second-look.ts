import { join } from 'node:path';
import { createClient } from '@libsql/client';
import type { newAccount } from '../support/library.ts';
import type { TestServer } from '../support/server.ts';

export type Account = ReturnType<typeof newAccount>;

interface SeenVideo {
  readonly title: string | null;
  readonly prompt: string | null;
  readonly favorite: boolean;
}

/** What the server has, asked by someone who was never on the device: as the API lists it, in the order of creation. */
export async function lookAtServer(
  server: TestServer,
  { email, password }: Account,
): Promise<{ readonly videos: readonly SeenVideo[]; readonly generations: readonly string[] }> {
  const signedIn = await fetch(`${server.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const reply = await fetch(`${server.url}/api/user/videos?status=completed&limit=100`, { headers: { cookie } });
  const listed: readonly SeenVideo[] = (await reply.json()).data.videos;
  const videos = listed.map(({ title, prompt, favorite }) => ({ title, prompt, favorite })).reverse();
  return { videos, generations: await submitted(server) };
}

/** The prompts that were handed to the provider, past the server, in the order in which that was. */
async function submitted(server: TestServer): Promise<readonly string[]> {
  const db = createClient({ url: `file:${join(server.dataDir, 'vidfab.db')}` });
  try {
    const { rows } = await db.execute(
      `SELECT creation ->> '$.prompt' AS prompt FROM generation WHERE submitted_at IS NOT NULL ORDER BY rowid`,
    );
    return rows.map(({ prompt }) => String(prompt));
  } finally {
    db.close();
  }
}
