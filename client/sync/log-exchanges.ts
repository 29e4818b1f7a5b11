import type { Transport, TransportResult } from '../../sync/ports.ts';
import type { Result, SyncReply, SyncRequest } from '../../sync/protocol.ts';
import type { Log, LoggedEvent } from '../data/event-log.ts';

/** The same transport, which also tells the log what came of each request: in counts, codes and ids only. */
export function logExchanges(transport: Transport, log: Log): Transport {
  return {
    exchange: async (request) => {
      const start = performance.now();
      const result = await transport.exchange(request);
      const ms = Math.round(performance.now() - start);
      for (const event of events(request, result, ms)) log(event);
      return result;
    },
  };
}

function events(request: SyncRequest, result: TransportResult, ms: number): readonly LoggedEvent[] {
  const rows = request.push.videos.length + request.push.generations.length;
  switch (result.kind) {
    case 'reply':
      return replied(result.reply, rows, ms);
    case 'refused':
      return [{ kind: 'refused', details: { status: result.status, rows } }];
    case 'unavailable':
      return [{ kind: 'exchange', details: { outcome: 'unavailable', status: result.status, ms } }];
    default:
      return [{ kind: 'exchange', details: { outcome: result.kind } }];
  }
}

function replied({ results, changes, snapshot, upgrade }: SyncReply, pushed: number, ms: number): LoggedEvent[] {
  const pulled = changes.videos.length + changes.generations.length;
  const part = snapshot ? { snapshot: snapshotPart(snapshot) } : {};
  return [
    { kind: 'exchange', details: { outcome: 'ok', pushed, pulled, ms, ...part } },
    ...untaken(results),
    ...(upgrade ? [{ kind: 'upgrade', details: {} } as const] : []),
  ];
}

function snapshotPart({ start, end }: NonNullable<SyncReply['snapshot']>): 'start' | 'page' | 'end' | 'whole' {
  if (start) return end ? 'whole' : 'start';
  return end ? 'end' : 'page';
}

/** One event for each reason, however many rows share it. */
function untaken(results: readonly Result[]): readonly LoggedEvent[] {
  const reasons = new Map<string, { readonly first: Untaken; readonly rows: number }>();
  for (const result of results) {
    if (result.status === 'ok') continue;
    const key = `${result.kind} ${result.status} ${result.code}`;
    const seen = reasons.get(key);
    reasons.set(key, { first: seen?.first ?? result, rows: (seen?.rows ?? 0) + 1 });
  }
  return [...reasons.values()].map(({ first: { kind, id, code, status }, rows }) =>
    status === 'retry'
      ? { kind: 'retry', details: { code, rows } }
      : { kind: 'rejected', details: { row: kind, id, code, rows } },
  );
}

type Untaken = Exclude<Result, { readonly status: 'ok' }>;
