import * as v from 'valibot';
import {
  type Cursor,
  CursorSchema,
  type Epoch,
  EpochSchema,
  type SnapshotId,
  SnapshotIdSchema,
} from '../../sync/ids.ts';

/** Parts of a snapshot in the order they are sent: what people wait for first. [PULL-2] */
export const PHASES = ['open', 'videos', 'generations'] as const;
export type Phase = (typeof PHASES)[number];

/** The last row sent of a phase; null before its first. */
export type Place = { readonly createdAt: number; readonly id: string } | null;

/** Where a device stands in reading. [PULL-1] */
export type Position =
  | { readonly kind: 'changes'; readonly epoch: Epoch; readonly rev: number }
  | {
      readonly kind: 'snapshot';
      readonly epoch: Epoch;
      readonly id: SnapshotId;
      /** The user's revision when the snapshot began; changes are read from there afterwards. */
      readonly head: number;
      readonly phase: Phase;
      readonly after: Place;
    };

export function formatCursor(position: Position): Cursor {
  const { kind, epoch } = position;
  if (kind === 'changes') return v.parse(CursorSchema, `c.${epoch}.${position.rev}`);
  const place = position.after ? `${position.after.createdAt}.${position.after.id}` : '.';
  return v.parse(CursorSchema, `s.${epoch}.${position.id}.${position.head}.${position.phase}.${place}`);
}

/** Null for text that no server of this protocol wrote; the device then starts a new snapshot. */
export function parseCursor(cursor: Cursor): Position | null {
  const parsed = v.safeParse(PositionSchema, cursor.split('.'));
  return parsed.success ? parsed.output : null;
}

const CountSchema = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));

const PositionSchema = v.union([
  v.pipe(
    v.strictTuple([v.literal('c'), EpochSchema, CountSchema]),
    v.transform(([, epoch, rev]): Position => ({ kind: 'changes', epoch, rev })),
  ),
  v.pipe(
    v.strictTuple([
      v.literal('s'),
      EpochSchema,
      SnapshotIdSchema,
      CountSchema,
      v.picklist(PHASES),
      v.string(),
      v.string(),
    ]),
    v.transform(([, epoch, id, head, phase, createdAt, row]): Position => {
      const after = row === '' ? null : { createdAt: Number(createdAt), id: row };
      return { kind: 'snapshot', epoch, id, head, phase, after };
    }),
  ),
]);
