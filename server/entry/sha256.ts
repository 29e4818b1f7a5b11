import { createHash } from 'node:crypto';
import type { Sha256 } from '../deps.ts';

/** Node's own, which workerd has too. */
export function createSha256(): Sha256 {
  return createHashOf('sha256');
}

export function createHashOf(algorithm: 'sha1' | 'sha256'): Sha256 {
  const hash = createHash(algorithm);
  return { update: (chunk) => void hash.update(chunk), hex: () => hash.digest('hex') };
}
