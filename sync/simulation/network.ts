import * as v from 'valibot';
import type { TransportResult } from '../ports.ts';
import { SyncReplySchema, type SyncRequest } from '../protocol.ts';
import { unpackReply } from '../wire.ts';

/** What came back over HTTP; null where nothing did. */
export type Answer = {
  readonly status: number;
  readonly body: string;
  /** Whether the rows in it are columns. */
  readonly isColumns?: boolean;
} | null;

/** A request that a cycle waits for. */
export interface Flight {
  readonly request: SyncRequest;
  /** Whose session it was sent with. */
  readonly session: string;
  /** Undefined until the server answered. */
  answer: Answer | undefined;
  /** Gives the cycle what came of it. */
  readonly land: (answer: Answer) => void;
}

/** Faults between a device and the server, named as the run reports them. */
export const NETWORK_FAULTS = [
  'request lost',
  'reply lost',
  'reply delayed',
  'request delayed',
  'request doubled',
  '500',
  '500 after commit',
  '503',
  '401',
  'portal page',
  'truncated reply',
  'redirect',
] as const;
export type NetworkFault = (typeof NETWORK_FAULTS)[number];

/** An answer in the server's own envelope. */
export function errorAnswer(status: number, code: string): Answer {
  return { status, body: JSON.stringify({ success: false, error: code, code }) };
}

export const PORTAL: Answer = { status: 200, body: '<html><body>Please accept the terms</body></html>' };

/** The first half of what the server said. */
export function truncated(answer: Answer): Answer {
  return answer && { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
}

/** What a transport makes of an answer: only this protocol's own JSON is a reply. */
export function interpret(answer: Answer, request: SyncRequest): TransportResult {
  if (answer === null) return { kind: 'unavailable', status: null, retryAfterMs: null };
  const { status } = answer;
  if (status === 200) {
    const reply = v.safeParse(SyncReplySchema, readReply(answer, request));
    return reply.success ? { kind: 'reply', reply: reply.output } : { kind: 'unavailable', status, retryAfterMs: null };
  }
  const error = v.safeParse(ErrorSchema, parseJson(answer.body));
  if (!error.success || status >= 500) return { kind: 'unavailable', status, retryAfterMs: null };
  if (status === 401) return { kind: 'unauthorized' };
  if (error.output.code === 'identity_changed') return { kind: 'identity_changed' };
  return { kind: 'refused', status, message: error.output.error };
}

/** The rows of a reply as rows, not yet validated; undefined where it is none. */
export function readReply({ body, isColumns }: NonNullable<Answer>, request: SyncRequest): unknown {
  const value = parseJson(body);
  try {
    return isColumns ? unpackReply(value, request) : value;
  } catch {
    return undefined;
  }
}

const ErrorSchema = v.object({ success: v.literal(false), error: v.string(), code: v.string() });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
