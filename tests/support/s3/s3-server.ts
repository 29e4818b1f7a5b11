/** A real S3-speaking server in this process, which checks every signature. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import type { S3Config } from '../../../server/media/s3/client.ts';
import { fillGaps } from './gaps.ts';
import { replaceWhole } from './replace-whole.ts';

export interface S3Server extends AsyncDisposable {
  /** A new and empty bucket, and how to reach it. */
  readonly newBucket: () => Promise<S3Config>;
  /** The environment of a server that keeps its videos there. */
  readonly env: (bucket: S3Config) => Readonly<Record<string, string>>;
  /** The file that holds an object. */
  readonly fileOf: (bucket: S3Config, key: string) => string;
}

export async function startS3Server(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'vidfab-s3-'));
  const server = new S3rver({ address: '127.0.0.1', port: 0, directory, silent: true, vhostBuckets: false });
  // What it answers is what the tests look at.
  server.on('error', () => undefined);
  server.middleware.unshift(fillGaps(server.store));
  replaceWhole(server.store);
  const { port } = await server.run();
  return {
    newBucket: async () => {
      const bucket = `videos-${crypto.randomUUID()}`;
      await server.store.putBucket(bucket);
      return {
        endpoint: `http://127.0.0.1:${port}`,
        bucket,
        region: 'us-east-1',
        accessKeyId: 'S3RVER',
        secretAccessKey: 'S3RVER',
      };
    },
    env: ({ endpoint, bucket, region, accessKeyId, secretAccessKey }) => ({
      MEDIA_STORE: 's3',
      S3_ENDPOINT: endpoint,
      S3_BUCKET: bucket,
      S3_REGION: region,
      S3_ACCESS_KEY_ID: accessKeyId,
      S3_SECRET_ACCESS_KEY: secretAccessKey,
    }),
    fileOf: ({ bucket }, key) => server.store.getResourcePath(bucket, key, 'object'),
    [Symbol.asyncDispose]: async () => {
      const closed = once(server.httpServer, 'close');
      server.httpServer.close();
      server.httpServer.closeAllConnections();
      await closed;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
