import { createHash } from 'node:crypto';
import type { Sha256 } from '../deps.ts';

/** Node's own, which workerd has too. */
export function createSha256(): Sha256 {
  const hash = createHash('sha256');
  return { update: (chunk) => void hash.update(chunk), hex: () => hash.digest('hex') };
}
