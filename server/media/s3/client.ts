import { AwsV4Signer } from 'aws4fetch';
import type { Sha256 } from '../../deps.ts';
import type { After } from '../../timers.ts';
import { causeOf } from '../cause.ts';
import { impatient } from '../impatient.ts';
import { isTransient, isTurnedAway, noAnswer, refused, S3Error } from './error.ts';
import { insideOf, textOf } from './xml.ts';

export interface S3Config {
  /** Without the bucket, which is the first part of every path. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface S3Deps {
  readonly config: S3Config;
  /** The operator chose where it goes, so it is not the guarded one. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly sha256: () => Sha256;
  readonly random: (bytes: number) => Uint8Array;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly after: After;
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Left out for the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** How long the head of the answer may take; by default as long as a slow line needs for the body. */
  readonly timeoutMs?: number;
  /** Where doing it twice is not the same as once: it is then sent again only if the store did not begin. */
  readonly once?: true;
  /** How often it is sent at most. */
  readonly attempts?: number;
}

/** Signed requests to one bucket; what may go well a moment later is tried again. */
export interface S3Client {
  readonly bucket: string;
  /**
   * The answer to a request that the store carried out; its body rejects when it stalls, and has to
   * be read or cancelled.
   * @throws S3Error
   */
  readonly send: (request: S3Request) => Promise<Response>;
  /**
   * What is inside the root of an answer in XML, even where the failure comes in the body of a 200.
   * @throws S3Error
   */
  readonly ask: (request: S3Request, root: string) => Promise<string>;
}

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 200;
const HEAD_TIMEOUT_MS = 30_000;
/** The slowest line that a body is given time for. */
const BYTES_PER_MS = 32;
/** A thousand keys are well below; what is larger is not S3. */
const MAX_XML_CHARACTERS = 4 * 1024 * 1024;

export function createS3Client(deps: S3Deps): S3Client {
  const { config, after, random } = deps;
  const keys = new Map<string, ArrayBuffer>();

  async function repeat<T>(request: S3Request, read: (response: Response) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await read(await sendOnce(deps, request, keys));
      } catch (error) {
        if (!(error instanceof S3Error) || attempt === (request.attempts ?? ATTEMPTS)) throw error;
        if (!(request.once ? isTurnedAway(error) : isTransient(error))) throw error;
        const jitter = (random(1)[0] ?? 0) / 256;
        const pause = FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + jitter);
        await new Promise<void>((resolve) => void after(pause, resolve));
      }
    }
  }

  return {
    bucket: config.bucket,
    send: (request) => repeat(request, async (response) => response),
    ask: (request, root) =>
      repeat(request, async (response) => {
        const xml = await readText(response);
        const inside = insideOf(xml, root);
        if (inside === null) throw failureIn(xml, response.status) ?? refused(response.status, '', 'This is not S3');
        return inside;
      }),
  };
}

async function sendOnce(deps: S3Deps, request: S3Request, cache: Map<string, ArrayBuffer>): Promise<Response> {
  const { body, timeoutMs = HEAD_TIMEOUT_MS + (body?.byteLength ?? 0) / BYTES_PER_MS } = request;
  const { url, method, headers } = await sign(deps, request, cache);
  const given = new AbortController();
  const cancelTimeout = deps.after(timeoutMs, () => given.abort(new Error('It took too long')));
  let response: Response;
  try {
    // A redirect is signed for nobody, and says that the endpoint is a wrong one.
    response = await deps.fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal: given.signal,
      ...(body && { body }),
    });
  } catch (error) {
    throw noAnswer(causeOf(error));
  } finally {
    cancelTimeout();
  }
  const patient = response.body && impatient(response.body, deps.after);
  const answer = new Response(patient, { status: response.status, headers: response.headers });
  if (response.ok) return answer;
  const xml = await readText(answer);
  throw failureIn(xml, response.status) ?? refused(response.status, '', '');
}

async function sign(deps: S3Deps, request: S3Request, cache: Map<string, ArrayBuffer>) {
  const { endpoint, bucket, ...credentials } = deps.config;
  const { method, key, query, body } = request;
  const url = new URL(endpoint);
  const path = [url.pathname.replace(/\/$/, ''), bucket, ...(key === undefined ? [] : [key])];
  url.pathname = path.join('/');
  url.search = new URLSearchParams(query).toString();
  const hash = deps.sha256();
  if (body) hash.update(body);
  const signer = new AwsV4Signer({
    ...credentials,
    service: 's3',
    cache,
    datetime: new Date(deps.clock()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    method,
    url: url.href,
    // What the store gets has to be this very body, or it refuses it.
    headers: { ...request.headers, 'x-amz-content-sha256': hash.hex() },
  });
  const { headers } = await signer.sign();
  // Unsigned, since proxies change it. A coding would change the bytes.
  headers.set('accept-encoding', 'identity');
  return { url: url.href, method, headers };
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MAX_XML_CHARACTERS) break;
    }
  } catch (error) {
    throw noAnswer(causeOf(error));
  }
  return text;
}

function failureIn(xml: string, status: number): S3Error | null {
  const inside = insideOf(xml, 'Error');
  return inside === null ? null : refused(status, textOf(inside, 'Code') ?? '', textOf(inside, 'Message') ?? '');
}
