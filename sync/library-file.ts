import * as v from 'valibot';
import { ZERO_STAMP } from './hlc.ts';
import { type GenerationId, type VideoId, VideoIdSchema } from './ids.ts';
import { type Fields, type GenerationCreate, VideoCreateSchema, type VideoServer, VideoSetSchema } from './records.ts';

/** The description of an exported library, the last file of its archive. docs/decisions/014 */
export const LIBRARY_FILE = 'library.json';
export const LIBRARY_FORMAT = 'vidfab-library';
/** Raised when the meaning of a member changes; a new optional member does not raise it. */
export const LIBRARY_VERSION = 1;
/** Videos that can be chosen one by one in the address of an export; more would not fit into it. */
export const MAX_CHOSEN = 150;

/** Which videos are exported; the whole library has the trash in it. */
export type ExportScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'favorites' }
  | { readonly kind: 'chosen'; readonly ids: readonly VideoId[] };

/** Why a video's bytes are not in the archive. */
export type MissingReason =
  /** Neither the device that exported it nor the server has them yet. */
  | 'not_stored'
  /** Not on the device that exported it, and the server was not reached. */
  | 'not_here'
  /** They should have been there. */
  | 'lost';

/** A row as whoever exports it has it. */
export interface LibraryRow {
  readonly id: VideoId;
  readonly create: v.InferOutput<typeof VideoCreateSchema>;
  readonly fields: Fields;
  readonly server: VideoServer | null;
}

export interface LibraryGeneration {
  readonly id: GenerationId;
  readonly create: GenerationCreate;
}

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256'));

/** The values of a person's fields without their stamps: those belong to the library they were made in. */
const FieldValuesSchema = v.pipe(
  v.record(v.string(), v.unknown()),
  v.check((values) => v.is(VideoSetSchema, stamped(values)), 'must be fields of a video'),
);

export const LibraryVideoSchema = v.object({
  id: VideoIdSchema,
  create: VideoCreateSchema,
  fields: FieldValuesSchema,
  /** What the server had of it, for people and for other programs; an import takes none of it. */
  server: v.optional(v.unknown()),
  /** Names of files of the archive. */
  file: v.nullable(v.string()),
  poster: v.optional(v.nullable(v.string()), null),
  /** Of the file. */
  sha256: v.nullable(sha256),
  bytes: v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  /** Why there is no file. */
  missing: v.optional(v.string()),
});
export type LibraryVideo = v.InferOutput<typeof LibraryVideoSchema>;

const HeadSchema = v.looseObject({ format: v.literal(LIBRARY_FORMAT), version: v.number() });
const BodySchema = v.looseObject({ videos: v.array(v.unknown()) });

export type ParsedLibrary =
  /** A video that makes no sense is null: one bad row holds up no other. */
  | { readonly kind: 'library'; readonly videos: readonly (LibraryVideo | null)[] }
  | { readonly kind: 'foreign' }
  /** A newer version of the app made it. */
  | { readonly kind: 'newer' };

export function parseLibrary(text: string): ParsedLibrary {
  const json = parseJson(text);
  const head = v.safeParse(HeadSchema, json);
  if (!head.success) return { kind: 'foreign' };
  if (head.output.version > LIBRARY_VERSION) return { kind: 'newer' };
  const body = v.safeParse(BodySchema, json);
  if (!body.success) return { kind: 'foreign' };
  const videos = body.output.videos.map((video) => {
    const parsed = v.safeParse(LibraryVideoSchema, video);
    return parsed.success ? parsed.output : null;
  });
  return { kind: 'library', videos };
}

function stamped(values: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value, ZERO_STAMP]]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
