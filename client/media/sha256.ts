import { createSHA256 } from 'hash-wasm';
import type { Sha256 } from './ports.ts';

/** Hashes a file of any size as it streams by. Compiles WebAssembly: the page's CSP must allow `wasm-unsafe-eval`. */
export async function createSha256(): Promise<Sha256> {
  const hash = await createSHA256();
  return {
    update: (chunk) => {
      hash.update(chunk);
    },
    hex: async () => hash.digest('hex'),
  };
}
