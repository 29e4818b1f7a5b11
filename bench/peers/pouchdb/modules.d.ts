// biome-ignore-all lint/style/noDefaultExport: it is how these packages export.
/** What the bench uses of packages that come without types. */
declare module 'pouchdb-browser' {
  interface Document {
    readonly _id: string;
    readonly _rev?: string;
    readonly title?: string | null;
  }
  interface Replication {
    readonly on: (event: 'paused', listener: (error?: unknown) => void) => Replication;
  }
  interface Changes {
    readonly on: (event: 'change', listener: () => void) => Changes;
    readonly cancel: () => void;
  }
  export default class PouchDB {
    constructor(name: string, options: Readonly<Record<string, unknown>>);
    readonly info: () => Promise<{ readonly doc_count: number }>;
    readonly get: (id: string) => Promise<Document>;
    readonly put: (document: Document) => Promise<unknown>;
    readonly bulkDocs: (documents: readonly Document[]) => Promise<unknown>;
    readonly changes: (options: Readonly<Record<string, unknown>>) => Changes;
    readonly sync: (other: PouchDB, options: Readonly<Record<string, unknown>>) => Replication;
    readonly replicate: {
      readonly from: (other: PouchDB, options: Readonly<Record<string, unknown>>) => Promise<unknown>;
      readonly to: (
        other: PouchDB,
        options: Readonly<Record<string, unknown>>,
      ) => Promise<{ readonly doc_write_failures: number }>;
    };
  }
}

declare module 'pouchdb-node' {
  interface Stored {
    new (
      name: string,
    ): {
      readonly info: () => Promise<unknown>;
      readonly bulkDocs: (documents: readonly object[]) => Promise<unknown>;
      readonly allDocs: (options: { readonly include_docs: true }) => Promise<{
        readonly rows: readonly { readonly id: string; readonly doc?: Readonly<Record<string, unknown>> }[];
      }>;
    };
  }
  const PouchDB: { readonly defaults: (options: { readonly prefix: string }) => Stored };
  export default PouchDB;
}

declare module 'express-pouchdb' {
  import type { RequestHandler } from 'express';
  export default function expressPouchdb(pouch: unknown, options: Readonly<Record<string, unknown>>): RequestHandler;
}

declare module 'express' {
  import type { Server } from 'node:http';
  export type RequestHandler = (
    request: { readonly body: never },
    reply: { readonly json: (body: unknown) => void; readonly sendStatus: (status: number) => void },
  ) => unknown;
  interface Express {
    readonly use: (handler: RequestHandler) => void;
    readonly get: (path: string, handler: RequestHandler) => void;
    readonly post: (path: string, ...handlers: RequestHandler[]) => void;
    readonly listen: (port: number, host: string, ready: () => void) => Server;
  }
  const express: { (): Express; readonly json: (options: { readonly limit: string }) => RequestHandler };
  export default express;
}
