import * as v from 'valibot';
import type { UserId } from '../../sync/ids.ts';
import type { Database, SqlValue } from '../db/database.ts';
import type { SqlRow } from '../sync/rows.ts';

/** What each sort key reads; those without an index of their own are for people's libraries, not for exports. */
const ORDER_COLUMNS = {
  created_at: 'created_at',
  updated_at: 'updated_at',
  title: `coalesce(title, '')`,
  duration: `coalesce(duration_ms, creation ->> '$.durationMs', -1)`,
  size: 'coalesce(bytes, -1)',
} as const;

const STATUS_FILTERS = {
  completed: "media_state = 'stored' AND trashed_at IS NULL",
  storing: `media_state NOT IN ('stored', 'failed') AND trashed_at IS NULL`,
  failed: `media_state = 'failed' AND trashed_at IS NULL`,
  trash: 'trashed_at IS NOT NULL',
} as const;

const orders = v.picklist(['created_at', 'updated_at', 'title', 'duration', 'size']);
const whole = (max: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/, 'must be a whole number'),
    v.transform(Number),
    v.minValue(1),
    v.maxValue(max),
  );

/**
 * The last row of a page and what the next one has to repeat: the page's number and the total that
 * the first page counted, so that deep pages cost no more than the first.
 */
const PlaceSchema = v.strictObject({
  by: orders,
  direction: v.picklist(['asc', 'desc']),
  value: v.union([v.string(), v.number()]),
  id: v.string(),
  page: v.pipe(v.number(), v.safeInteger(), v.minValue(2)),
  total: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});
type Place = v.InferOutput<typeof PlaceSchema>;

export const ListQuerySchema = v.object({
  page: v.optional(whole(1e8), '1'),
  limit: v.optional(whole(100), '20'),
  orderBy: v.optional(orders, 'created_at'),
  orderDirection: v.optional(v.picklist(['asc', 'desc']), 'desc'),
  status: v.optional(v.picklist(['completed', 'storing', 'failed', 'trash'])),
  q: v.optional(v.pipe(v.string(), v.maxLength(200))),
  cursor: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(2000),
      v.rawTransform(({ dataset, addIssue, NEVER }) => {
        const place = decode(dataset.value);
        if (place) return place;
        addIssue({ message: 'is not a cursor of this list' });
        return NEVER;
      }),
    ),
  ),
});
export type ListQuery = v.InferOutput<typeof ListQuerySchema>;

export interface VideoPage {
  readonly rows: readonly SqlRow[];
  readonly pagination: {
    readonly page: number;
    readonly limit: number;
    readonly total: number;
    readonly totalPages: number;
    readonly hasNext: boolean;
    readonly hasPrev: boolean;
    readonly nextCursor: string | null;
  };
}

/**
 * One page of a user's videos. By cursor a page continues after the last row seen, whatever was
 * inserted or removed meanwhile, in the order in which the cursor was begun; by number it counts from the start.
 */
export async function listVideos(db: Database, user: UserId, query: ListQuery): Promise<VideoPage> {
  const { limit, cursor } = query;
  const by = cursor?.by ?? query.orderBy;
  const direction = cursor?.direction ?? query.orderDirection;
  const page = cursor?.page ?? query.page;
  const key = ORDER_COLUMNS[by];

  const filter = filterOf(user, query);
  const after = cursor ? `AND (${key}, id) ${direction === 'asc' ? '>' : '<'} (:value, :id)` : '';
  const select = {
    sql: `SELECT *, ${key} AS place FROM video WHERE ${filter.sql} ${after}
      ORDER BY ${key} ${direction}, id ${direction} LIMIT :count OFFSET :skip`,
    args: {
      ...filter.args,
      ...(cursor && { value: cursor.value, id: cursor.id }),
      count: limit + 1,
      skip: cursor ? 0 : (page - 1) * limit,
    },
  };
  const count = { sql: `SELECT count(*) AS total FROM video WHERE ${filter.sql}`, args: filter.args };
  const [found, counted] = await db.sql.batch(cursor ? [select] : [select, count], 'read');

  const rows = (found?.rows ?? []).slice(0, limit);
  const total = cursor?.total ?? Number(counted?.rows[0]?.total);
  const hasNext = (found?.rows.length ?? 0) > limit;
  const last = rows.at(-1);
  const next = { by, direction, value: last?.place, id: last?.id, page: page + 1, total };
  return {
    rows,
    pagination: {
      page,
      limit,
      total,
      totalPages: Math.ceil(total / limit),
      hasNext,
      hasPrev: page > 1,
      nextCursor: hasNext ? encode(v.parse(PlaceSchema, next)) : null,
    },
  };
}

function filterOf(user: UserId, { status, q }: ListQuery) {
  const conditions = ['user_id = :user', 'purged_at IS NULL', status ? STATUS_FILTERS[status] : `trashed_at IS NULL`];
  const args: Record<string, SqlValue> = { user };
  if (q) {
    conditions.push(`(title LIKE :q ESCAPE '\\' OR creation ->> '$.prompt' LIKE :q ESCAPE '\\')`);
    args.q = `%${q.replace(/[\\%_]/g, '\\$&')}%`;
  }
  return { sql: conditions.join(' AND '), args };
}

function encode(place: Place): string {
  const bytes = new TextEncoder().encode(JSON.stringify(place));
  return btoa(String.fromCodePoint(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function decode(cursor: string): Place | null {
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.codePointAt(0) ?? 0);
    const result = v.safeParse(PlaceSchema, JSON.parse(new TextDecoder().decode(bytes)));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}
