import * as v from 'valibot';
import { pack, unpack } from './columns.ts';
import { MAX_PAGE_ROWS, MAX_PUSH_ROWS, type Result, type SyncReply, type SyncRequest } from './protocol.ts';

/**
 * The exchange with its rows as columns. Who sends it says so in `Content-Type`, who can read it in
 * `Accept`; plain JSON is understood by every app and every server that was ever installed.
 */
export const COLUMNS_TYPE = 'application/vnd.vidfab.columns+json';

/** A request as it goes over the wire. */
export function packRequest(request: SyncRequest): unknown {
  const { videos, generations } = request.push;
  return { ...request, push: { videos: packRows(videos), generations: packRows(generations) } };
}

/**
 * What `packRequest` made, not yet validated.
 * @throws where the body is nothing of the kind
 */
export function unpackRequest(body: unknown): unknown {
  const request = v.parse(v.looseObject({ push: PairSchema }), body);
  return { ...request, push: unpackPair(request.push, MAX_PUSH_ROWS) };
}

/**
 * A reply as it goes over the wire. What the device has just said of a row is not said back to it;
 * `unpackReply` puts it in from the request.
 */
export function packReply(reply: SyncReply, request: SyncRequest): unknown {
  const said = opsById(request);
  return {
    ...reply,
    results: packRows(reply.results.map((result) => withoutEcho(result, said.get(result.id)))),
    changes: { videos: packRows(reply.changes.videos), generations: packRows(reply.changes.generations) },
  };
}

/**
 * What `packReply` made, not yet validated.
 * @throws where the body is nothing of the kind
 */
export function unpackReply(body: unknown, request: SyncRequest): unknown {
  const reply = v.parse(v.looseObject({ results: RowsSchema, changes: PairSchema }), body);
  const said = opsById(request);
  const results = unpackRows(reply.results, MAX_PUSH_ROWS).map((result) => withEcho(result, said));
  return { ...reply, results, changes: unpackPair(reply.changes, MAX_PAGE_ROWS) };
}

const RowsSchema = v.object({ count: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), columns: v.unknown() });
const PairSchema = v.object({ videos: RowsSchema, generations: RowsSchema });
type Rows = v.InferOutput<typeof RowsSchema>;

function packRows(rows: readonly unknown[]): Rows {
  return { count: rows.length, columns: pack(rows) };
}

function unpackRows({ count, columns }: Rows, max: number): readonly unknown[] {
  if (count > max) throw new Error(`more than ${max} rows`);
  return unpack(columns, count);
}

function unpackPair({ videos, generations }: v.InferOutput<typeof PairSchema>, max: number) {
  return { videos: unpackRows(videos, max), generations: unpackRows(generations, max) };
}

type Said = SyncRequest['push']['videos'][number];

function opsById({ push }: SyncRequest): ReadonlyMap<string, Said> {
  return new Map([...push.videos, ...push.generations].map((op) => [op.id, op]));
}

/** The creation that an op carries, without what only a restored server needs. */
function creationOf(op: Said | undefined): unknown {
  const create = v.safeParse(v.looseObject({}), op?.create);
  if (!create.success) return undefined;
  const { known: _, ...creation } = create.output;
  return creation;
}

function withoutEcho(result: Result, op: Said | undefined): unknown {
  if (result.status !== 'ok' || 'purged' in result.row) return result;
  const { create, fields, ...row } = result.row;
  return {
    ...result,
    row: {
      ...row,
      ...(!isSame(create, creationOf(op)) && { create }),
      ...(!isSame(fields, op?.set) && { fields }),
    },
  };
}

function withEcho(value: unknown, said: ReadonlyMap<string, Said>): unknown {
  const result = v.safeParse(EchoSchema, value);
  if (!result.success || 'purged' in result.output.row) return value;
  const { id, row } = result.output;
  const op = said.get(id);
  return { ...result.output, row: { create: creationOf(op), fields: op?.set, ...row } };
}

const EchoSchema = v.looseObject({ id: v.string(), row: v.looseObject({}) });

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
