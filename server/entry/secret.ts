import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import { newVapidKeys, type VapidKeys } from '../push/vapid.ts';
import { keptFile } from './kept-file.ts';

/** The secret that signs sessions. */
export function keptSecret(dataDir: string): Promise<string> {
  return keptFile(join(dataDir, 'auth-secret'), randomBytes(32).toString('base64url'));
}

/** The keys by which push services know this server: others would end every subscription there is. */
export async function keptVapidKeys(dataDir: string): Promise<VapidKeys> {
  const made = JSON.stringify(await newVapidKeys());
  return v.parse(VapidFileSchema, await keptFile(join(dataDir, 'vapid-keys'), made));
}

const VapidFileSchema = v.pipe(v.string(), v.parseJson(), v.object({ publicKey: v.string(), privateKey: v.string() }));
