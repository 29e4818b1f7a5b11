import type { Sha256 } from './ports.ts';

/** Hashes a file of any size as it streams by. Compiles WebAssembly: the page's CSP must allow `wasm-unsafe-eval`. */
export async function createSha256(): Promise<Sha256> {
  // Apart from the first screen's code: nothing is hashed before a whole video has arrived.
  const { createSHA256 } = await import('hash-wasm');
  const hash = await createSHA256();
  return {
    update: (chunk) => {
      hash.update(chunk);
    },
    hex: async () => hash.digest('hex'),
  };
}
