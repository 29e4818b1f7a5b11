/**
 * A provider's API as its documentation describes it, over HTTP: what it takes it remembers and never
 * forgets, whatever becomes of whoever asked.
 *
 *   await using standIn = await startStandIn(WAVESPEED);
 *   standIn.url                      where it is
 *   standIn.jobs                     everything that was taken, by request id
 *   standIn.answerNext('submit', …)  one reply as it is given here; the request has no effect
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type JobState =
  | 'queued'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'moderated'
  | 'invalid'
  | 'expired'
  | 'a new word';

export interface StandInJob {
  readonly id: string;
  readonly model: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly webhookUrl: string | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  state: JobState;
  /** In the shape that the documentation has for it, or another one. */
  outputs: unknown;
  isCancelled: boolean;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is, anything else as JSON. */
  readonly body: unknown;
}

export type Asked =
  | {
      readonly op: 'submit';
      readonly model: string;
      readonly input: Readonly<Record<string, unknown>>;
      readonly webhookUrl: string | null;
    }
  | { readonly op: 'status' | 'result' | 'cancel'; readonly id: string }
  | { readonly op: 'list' | 'key' | 'keys' | 'models' | 'price' | 'upload' };
export type Operation = Asked['op'];

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
  /** Of a form, by the names of its parts. */
  readonly files: Readonly<Record<string, File>>;
}

/** How one provider speaks. */
export interface Dialect {
  readonly name: string;
  readonly authorization: string;
  readonly read: (request: Request) => Asked | null;
  /** @param base of this server */
  readonly taken: (job: StandInJob, base: string) => Reply;
  readonly status: (job: StandInJob, base: string) => Reply;
  readonly result: (job: StandInJob) => Reply;
  readonly cancelled: (job: StandInJob) => Reply;
  readonly list: (jobs: readonly StandInJob[], query: Request) => Reply;
  /** What it says of a file that it took; null where it takes none. */
  readonly uploaded: ((address: string) => Reply) | null;
  readonly unknown: Reply;
  /** Refuses a duration, in the documented shape. */
  readonly invalid: Reply;
  /** What it says of its models. */
  readonly models: (request: Request) => Reply;
  /** What it says of their prices; nothing is charged. */
  readonly price: (request: Request) => Reply;
  /** Its published keys, where it has any. */
  readonly keys: () => Promise<Reply>;
  /** What it sends of a job that ended, signed. */
  readonly delivery: (job: StandInJob, nowMs: number) => Promise<Delivery>;
}

export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface StandIn extends AsyncDisposable {
  readonly url: string;
  readonly jobs: ReadonlyMap<string, StandInJob>;
  /** Every request, in order. */
  readonly requests: readonly (Request & { readonly op: Operation | null })[];
  readonly answerNext: (op: Operation, reply: Reply | 'hang up' | 'take and hang up') => void;
  /** Told of each job that is taken, before the answer goes out. */
  onTaken: (job: StandInJob) => void;
  /** Told of each request, before anything is done. */
  onAsked: (asked: Asked | null) => void;
}

export async function startStandIn(dialect: Dialect, clock: () => number = Date.now): Promise<StandIn> {
  const jobs = new Map<string, StandInJob>();
  const requests: (Request & { op: Operation | null })[] = [];
  const planned = new Map<Operation, (Reply | 'hang up' | 'take and hang up')[]>();
  let count = 0;

  function take({ model, input, webhookUrl }: Extract<Asked, { op: 'submit' }>): StandInJob {
    const id = `job-${++count}-${crypto.randomUUID()}`;
    const createdAt = clock();
    const job: StandInJob = {
      id,
      model,
      input,
      webhookUrl,
      createdAt,
      state: 'queued',
      outputs: null,
      isCancelled: false,
    };
    jobs.set(id, job);
    standIn.onTaken(job);
    return job;
  }

  async function answer(asked: Asked | null, request: Request): Promise<Reply> {
    if (asked?.op === 'keys') return dialect.keys();
    if (request.headers.authorization !== dialect.authorization)
      return { status: 401, body: { detail: 'Unauthenticated' } };
    switch (asked?.op) {
      case 'submit':
        return dialect.taken(take(asked), standIn.url);
      case 'list':
        return dialect.list([...jobs.values()].reverse(), request);
      case 'models':
        return dialect.models(request);
      case 'price':
        return dialect.price(request);
      case 'upload':
        return dialect.uploaded?.('https://files.example/1.jpg') ?? dialect.unknown;
      case 'key':
        return { status: 200, body: { code: 200, data: {} } };
      case 'status':
      case 'result':
      case 'cancel':
        return answerAbout(asked);
      default:
        return { status: 404, body: { detail: 'Not found' } };
    }
  }

  function answerAbout({ op, id }: { readonly op: 'status' | 'result' | 'cancel'; readonly id: string }): Reply {
    const job = jobs.get(id);
    if (!job) return dialect.unknown;
    if (op === 'status') return dialect.status(job, standIn.url);
    if (op === 'result') return dialect.result(job);
    job.isCancelled = true;
    return dialect.cancelled(job);
  }

  const server = createServer(async (incoming, outgoing) => {
    const request = await toRequest(incoming);
    const asked = dialect.read(request);
    requests.push({ ...request, op: asked?.op ?? null });
    standIn.onAsked(asked);
    const plan = asked && planned.get(asked.op)?.shift();
    if (plan === 'take and hang up' && asked?.op === 'submit') take(asked);
    if (typeof plan === 'string') return void incoming.socket.destroy();
    const { status, headers, body } = plan ?? (await answer(asked, request));
    outgoing.writeHead(status, { 'content-type': 'application/json', ...headers });
    outgoing.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const url = await listen(server);

  const standIn: StandIn = {
    url,
    jobs,
    requests,
    answerNext: (op, reply) => planned.set(op, [...(planned.get(op) ?? []), reply]),
    onTaken: () => undefined,
    onAsked: () => undefined,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return standIn;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const url = new URL(incoming.url ?? '/', 'http://stand.in');
  const bytes = await buffer(incoming);
  const isForm = incoming.headers['content-type']?.startsWith('multipart/') ?? false;
  const body = isForm ? '' : bytes.toString();
  const headers = { 'content-type': incoming.headers['content-type'] ?? '' };
  const parts = isForm ? [...(await new Response(new Uint8Array(bytes), { headers }).formData()).entries()] : [];
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: body === '' ? {} : JSON.parse(body),
    files: Object.fromEntries(parts.flatMap(([name, part]) => (part instanceof File ? [[name, part]] : []))),
  };
}
