import type { Context } from 'hono';
import * as v from 'valibot';
import { HttpError } from '../errors.ts';
import { wellFormedJson } from './well-formed.ts';

export interface BodyLimits {
  /** Bytes as they arrive. */
  readonly maxBytes: number;
  /** Bytes after `Content-Encoding: gzip` is undone. */
  readonly maxInflatedBytes: number;
  /** Content types besides `application/json`. */
  readonly alsoTypes?: readonly string[];
  /** Levels of arrays and objects in each other; 64 where absent. */
  readonly maxDepth?: number;
}

const DEFAULT_LIMITS: BodyLimits = { maxBytes: 256 * 1024, maxInflatedBytes: 256 * 1024 };
const MAX_DEPTH = 64;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The request's JSON, plain or gzipped, not yet validated.
 * @throws HttpError 413 `too_large`, 415 `unsupported_media_type`, 400 `invalid_json`
 */
export async function readJson(c: Context, limits: BodyLimits = DEFAULT_LIMITS): Promise<unknown> {
  const { raw } = c.req;
  const contentType = contentTypeOf(c);
  if (contentType !== 'application/json' && !limits.alsoTypes?.includes(contentType)) {
    throw unsupported('The body must be application/json');
  }
  if (Number(raw.headers.get('content-length') ?? 0) > limits.maxBytes) throw tooLarge();

  const text = new TextDecoder('utf-8', { fatal: true });
  let value: unknown;
  try {
    const body = limited(raw.body, limits.maxBytes);
    const bytes = await collect(limited(inflated(body, raw.headers.get('content-encoding')), limits.maxInflatedBytes));
    value = JSON.parse(wellFormedJson(text.decode(bytes)));
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError({ status: 400, code: 'invalid_json', message: 'The body is not valid JSON' });
  }
  const maxDepth = limits.maxDepth ?? MAX_DEPTH;
  if (isDeeperThan(value, maxDepth)) {
    throw new HttpError({
      status: 400,
      code: 'invalid_json',
      message: `The body is nested deeper than ${maxDepth} levels`,
    });
  }
  return value;
}

/**
 * The request's bytes as they came.
 * @throws HttpError 413 `too_large`
 */
export function readBytes(c: Context, maxBytes: number): Promise<Bytes> {
  if (Number(c.req.raw.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  return collect(limited(c.req.raw.body, maxBytes));
}

/** Without its parameters, in lower case. */
export function contentTypeOf(c: Context): string {
  return c.req.raw.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
}

/**
 * The value as the schema has it.
 * @throws HttpError 400 `invalid` with each offending member in `details`
 */
export function parseInput<const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const details = result.issues
    .slice(0, 20)
    .map((issue) => ({ path: v.getDotPath(issue) ?? '', message: issue.message }));
  throw new HttpError({ status: 400, code: 'invalid', message: 'The request is not valid', details });
}

function inflated(body: ReadableStream<Bytes>, coding: string | null): ReadableStream<Bytes> {
  if (coding === null || coding === 'identity') return body;
  if (coding !== 'gzip') throw unsupported('The body may be gzipped, or not coded at all');
  return body.pipeThrough(new DecompressionStream('gzip'));
}

/** Fails as soon as one byte too many arrives, before the rest is read or inflated. */
function limited(body: ReadableStream<Bytes> | null, maxBytes: number): ReadableStream<Bytes> {
  let seen = 0;
  const limit = new TransformStream<Bytes, Bytes>({
    transform(chunk, controller) {
      seen += chunk.byteLength;
      if (seen > maxBytes) throw tooLarge();
      controller.enqueue(chunk);
    },
  });
  return (body ?? new ReadableStream({ start: (controller) => controller.close() })).pipeThrough(limit);
}

async function collect(stream: ReadableStream<Bytes>): Promise<Bytes> {
  const chunks: Bytes[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/** Level by level rather than by recursion, which the value itself could exhaust. */
function isDeeperThan(value: unknown, max: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > max) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}

export function tooLarge(): HttpError {
  return new HttpError({ status: 413, code: 'too_large', message: 'The request is too large' });
}

function unsupported(message: string): HttpError {
  return new HttpError({ status: 415, code: 'unsupported_media_type', message });
}
