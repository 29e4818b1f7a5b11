/**
 * What S3 does and s3rver leaves out, as Amazon documents it: conditional writes, the abort and the
 * lists of multipart uploads, lists of more than one page (its own continuation tokens want a
 * cipher that OpenSSL no longer has), the very first byte alone, and the refusal of parts that are too
 * small. s3rver answers first, so that whatever is refused for its signature stays refused.
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type S3rver from '@20minutes/s3rver';

type Store = S3rver['store'];
type Middleware = S3rver['middleware'][number];
type Context = Parameters<Middleware>[0];

const MIN_PART_BYTES = 5 * 1024 * 1024;

export function fillGaps(store: Store): Middleware {
  /** The newest conditional write to each key; the next one waits for it. */
  const writing = new Map<string, Promise<void>>();

  return async (context, next) => {
    const { method, query, headers } = context;
    const [bucket = '', ...rest] = context.path.slice(1).split('/');
    const key = rest.join('/');
    const uploads = store.getResourcePath(bucket, undefined, 'uploads');
    const { uploadId } = query;
    const inUpload = uploadId === undefined ? null : join(uploads, uploadId);

    if (inUpload !== null && !(await exists(inUpload))) return fail(context, 404, 'NoSuchUpload');
    if (method === 'POST' && inUpload !== null && (await partsOf(inUpload)).slice(0, -1).some(isTooSmall)) {
      return fail(context, 400, 'EntityTooSmall');
    }
    if (method === 'PUT' && inUpload === null && headers['if-none-match'] === '*') {
      const before = writing.get(key);
      const mine = (async () => {
        await before?.catch(() => undefined);
        if (await store.existsObject(bucket, key)) fail(context, 412, 'PreconditionFailed');
        else await next();
      })();
      writing.set(key, mine);
      return mine;
    }
    const expected = method === 'PUT' && inUpload === null ? headers['if-match'] : undefined;
    if (expected !== undefined) {
      const path = store.getResourcePath(bucket, key, 'object');
      if (!(await exists(path))) return fail(context, 404, 'NoSuchKey');
      if (expected !== `"${await readFile(`${path}.md5`, 'utf8')}"`) return fail(context, 412, 'PreconditionFailed');
    }
    try {
      await next();
      if (method === 'GET' && headers.range === 'bytes=0-0' && context.status === 206) {
        await giveFirstByte(context, store.getResourcePath(bucket, key, 'object'));
      }
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      const isOurToken = error.code === 'InvalidArgument' && query['continuation-token']?.startsWith(TOKEN);
      if (!isOurToken && !UNSUPPORTED.has(error.code)) throw error;
      if (inUpload !== null && method === 'DELETE') {
        await rm(inUpload, { recursive: true });
        context.status = 204;
      } else if (inUpload !== null && method === 'GET') {
        reply(context, 'ListPartsResult', listParts(await partsOf(inUpload), query));
      } else if (method === 'GET' && 'uploads' in query) {
        reply(context, 'ListMultipartUploadsResult', await listUploads(uploads, query.prefix ?? ''));
      } else if (method === 'GET' && query['list-type'] === '2') {
        reply(context, 'ListBucketResult', await listObjects(store, bucket, query));
      } else throw error;
    }
  };
}

const UNSUPPORTED: ReadonlySet<unknown> = new Set(['MethodNotAllowed', 'NotImplemented', 'ERR_OSSL_EVP_UNSUPPORTED']);

async function giveFirstByte(context: Context, path: string): Promise<void> {
  if (context.body instanceof Readable) context.body.destroy();
  const bytes = await readFile(path);
  context.set('Content-Range', `bytes 0-0/${bytes.length}`);
  context.body = bytes.subarray(0, 1);
}

interface Part {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
}

function isTooSmall({ size }: Part): boolean {
  return size < MIN_PART_BYTES;
}

async function partsOf(upload: string): Promise<readonly Part[]> {
  const numbers = (await readdir(upload)).filter((name) => /^\d+$/.test(name)).map(Number);
  return Promise.all(
    numbers
      .sort((a, b) => a - b)
      .map(async (number) => ({
        number,
        size: (await stat(join(upload, String(number)))).size,
        etag: await readFile(join(upload, `${number}.md5`), 'utf8'),
      })),
  );
}

function listParts(parts: readonly Part[], query: Context['query']): string {
  const rest = parts.filter(({ number }) => number > Number(query['part-number-marker'] ?? 0));
  const page = rest.slice(0, Number(query['max-parts'] ?? 1000));
  const isTruncated = page.length < rest.length;
  return [
    `<IsTruncated>${isTruncated}</IsTruncated>`,
    isTruncated ? `<NextPartNumberMarker>${page.at(-1)?.number}</NextPartNumberMarker>` : '',
    ...page.map(
      ({ number, size, etag }) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size></Part>`,
    ),
  ].join('');
}

async function listUploads(uploads: string, prefix: string): Promise<string> {
  const ids = (await exists(uploads)) ? await readdir(uploads) : [];
  const entries = await Promise.all(
    ids.map(async (id) => {
      const key = await readFile(join(uploads, id, 'key'), 'utf8');
      const initiated = (await stat(join(uploads, id, 'key'))).mtime.toISOString();
      return { key, xml: `<Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${initiated}</Initiated>` };
    }),
  );
  const found = entries.filter(({ key }) => key.startsWith(prefix)).map(({ xml }) => `<Upload>${xml}</Upload>`);
  return `<IsTruncated>false</IsTruncated>${found.join('')}`;
}

async function listObjects(store: Store, bucket: string, query: Context['query']): Promise<string> {
  const token = query['continuation-token'];
  const { objects, isTruncated } = await store.listObjects(bucket, {
    prefix: query.prefix ?? '',
    startAfter: token === undefined ? '' : Buffer.from(token.slice(TOKEN.length), 'base64').toString(),
    maxKeys: Number(query['max-keys'] ?? 1000),
  });
  const next = `${TOKEN}${Buffer.from(objects.at(-1)?.key ?? '').toString('base64')}`;
  return [
    `<IsTruncated>${isTruncated}</IsTruncated>`,
    isTruncated ? `<NextContinuationToken>${next.replace('&', '&amp;')}</NextContinuationToken>` : '',
    ...objects.map(
      ({ key, size, lastModifiedDate }) =>
        `<Contents><Key>${key}</Key><LastModified>${lastModifiedDate.toISOString()}</LastModified><Size>${size}</Size></Contents>`,
    ),
  ].join('');
}

/** Amazon's tokens are base64 too: whatever needs escaping in a query is in this one. */
const TOKEN = '1+/&==';

function reply(context: Context, root: string, inner: string): void {
  context.status = 200;
  context.type = 'application/xml';
  context.body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</${root}>`;
}

function fail(context: Context, status: number, code: string): void {
  reply(context, 'Error', `<Code>${code}</Code><Message>${code} as Amazon says it</Message>`);
  context.status = status;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
