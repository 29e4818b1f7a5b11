import { createHash, randomBytes } from 'node:crypto';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { afterAll, beforeAll } from 'vitest';
import { testBlobStore } from '../../../tests/support/blob-store-contract.ts';
import { createR2BlobStore } from './r2.ts';

/** The real R2 of workerd, as Miniflare runs it. */
let miniflare: Miniflare;
let bucket: Parameters<typeof createR2BlobStore>[0]['bucket'];
beforeAll(async () => {
  const script = 'export default { fetch: () => new Response() }';
  miniflare = new Miniflare(convertV4MiniflareOptions({ modules: true, script, r2Buckets: ['MEDIA'] }));
  const proxy: unknown = await miniflare.getR2Bucket('MEDIA');
  if (!isBucket(proxy)) throw new Error('Miniflare has no bucket');
  bucket = proxy;
});
afterAll(() => miniflare.dispose());

testBlobStore('R2', async () =>
  createR2BlobStore({
    bucket,
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
    sha256: () => {
      const hash = createHash('sha256');
      return { update: (chunk) => void hash.update(chunk), hex: () => hash.digest('hex') };
    },
  }),
);

/** Miniflare describes the same bucket with Node's stream types. */
function isBucket(proxy: unknown): proxy is typeof bucket {
  return typeof proxy === 'object' && proxy !== null && 'createMultipartUpload' in proxy;
}
