import * as v from 'valibot';

/** RFC 9562 text form, lower case. Every id that crosses the wire has this shape. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const uuid = v.pipe(v.string(), v.regex(UUID, 'must be a UUID'));

export const VideoIdSchema = v.pipe(uuid, v.brand('VideoId'));
export const GenerationIdSchema = v.pipe(uuid, v.brand('GenerationId'));
/** Of a picture that films are made of. */
export const SourceIdSchema = v.pipe(uuid, v.brand('SourceId'));
export const UserIdSchema = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/), v.brand('UserId'));
/** Sixteen characters, so that a stamp has a fixed width. */
export const DeviceIdSchema = v.pipe(v.string(), v.regex(/^[0-9a-z]{16}$/), v.brand('DeviceId'));
export const EpochSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/), v.brand('Epoch'));
/** Position in one user's order of commits, over both kinds. */
export const RevSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.brand('Rev'));
/** `<rev>.<nonce>`: names one commit of one history. Opaque to the device. */
export const HeadSchema = v.pipe(v.string(), v.regex(/^\d+\.[0-9a-z]*$/), v.brand('Head'));
/** Opaque to the device: a revision in an epoch, or a place in a snapshot. */
export const CursorSchema = v.pipe(v.string(), v.maxLength(200), v.brand('Cursor'));
export const SnapshotIdSchema = v.pipe(v.string(), v.maxLength(64), v.brand('SnapshotId'));

export type VideoId = v.InferOutput<typeof VideoIdSchema>;
export type GenerationId = v.InferOutput<typeof GenerationIdSchema>;
export type SourceId = v.InferOutput<typeof SourceIdSchema>;
export type UserId = v.InferOutput<typeof UserIdSchema>;
export type DeviceId = v.InferOutput<typeof DeviceIdSchema>;
export type Epoch = v.InferOutput<typeof EpochSchema>;
export type Rev = v.InferOutput<typeof RevSchema>;
export type Head = v.InferOutput<typeof HeadSchema>;
export type Cursor = v.InferOutput<typeof CursorSchema>;
export type SnapshotId = v.InferOutput<typeof SnapshotIdSchema>;

/** The device that stamps what the server writes for a REST caller. */
export const SERVER_DEVICE = v.parse(DeviceIdSchema, 'srv0000000000000');

/**
 * A UUIDv7 (RFC 9562, 5.7).
 * @param nowMs milliseconds since 1970, below 2^48
 * @param random ten random bytes
 */
export function uuidv7(nowMs: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(nowMs) << 16n);
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return formatUuid(bytes);
}

/** The revision that a head names; 0 where none was heard of. */
export function headRev(head: Head | null): number {
  return head === null ? 0 : Number(head.split('.')[0]);
}

/** The id under which a purged video is created anew: the same on every device that does so. [PURGE-1] */
export function successorId(id: VideoId): VideoId {
  const next = (Number.parseInt(id.slice(-12), 16) + 1) % 2 ** 48;
  return v.parse(VideoIdSchema, `${id.slice(0, -12)}${next.toString(16).padStart(12, '0')}`);
}

/** The text form of sixteen bytes. */
export function formatUuid(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
