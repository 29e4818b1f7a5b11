/** What the tests use of it; the package brings no types. */
declare module '@20minutes/s3rver' {
  import type { Server } from 'node:http';
  import type { Readable } from 'node:stream';

  type Middleware = (context: S3Context, next: () => Promise<void>) => Promise<void>;

  interface S3Context {
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string | undefined>>;
    readonly headers: Readonly<Record<string, string | undefined>>;
    status: number;
    type: string;
    body: unknown;
    set(header: string, value: string): void;
  }

  interface S3Store {
    putBucket(bucket: string): Promise<unknown>;
    /** @returns size and MD5 */
    putContent(path: string, content: Readable): Promise<readonly [number, string]>;
    existsObject(bucket: string, key: string): Promise<boolean>;
    getResourcePath(bucket: string, key: string | undefined, resource: string): string;
    listObjects(
      bucket: string,
      options: { readonly prefix: string; readonly startAfter: string; readonly maxKeys: number },
    ): Promise<{
      readonly objects: readonly { readonly key: string; readonly size: number; readonly lastModifiedDate: Date }[];
      readonly isTruncated: boolean;
    }>;
  }

  class S3rver {
    constructor(options: {
      readonly address: string;
      readonly port: number;
      readonly directory: string;
      readonly silent: boolean;
      readonly vhostBuckets: boolean;
    });
    readonly middleware: Middleware[];
    readonly store: S3Store;
    readonly httpServer: Server;
    run(): Promise<{ readonly port: number }>;
    on(event: 'error', listener: (error: Error) => void): this;
  }

  export = S3rver;
}
