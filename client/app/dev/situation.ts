import * as v from 'valibot';

const SituationSchema = v.object({
  signedIn: v.optional(v.boolean(), true),
  online: v.optional(v.boolean(), true),
  videos: v.optional(v.number(), 40),
  /** How many of them are not saved yet, and how many cannot be. */
  pending: v.optional(v.number(), 0),
  failed: v.optional(v.number(), 0),
  /** The newest of the rest are loved, the oldest in the trash. */
  favorites: v.optional(v.number(), 0),
  trashed: v.optional(v.number(), 0),
  generations: v.optional(v.boolean(), false),
  /** The newest four were made similar to the fifth, that one to the sixth, and the sixth to one that is not here. */
  related: v.optional(v.boolean(), false),
  /** Whether the server answers what is asked of it on the spot, rather than never. */
  answers: v.optional(v.boolean(), true),
  /** Besides this one. */
  otherDevices: v.optional(v.boolean(), true),
  activity: v.optional(v.picklist(['idle', 'syncing', 'waiting', 'storage_failed']), 'idle'),
  expired: v.optional(v.boolean(), false),
  update: v.optional(v.boolean(), false),
  tooOld: v.optional(v.boolean(), false),
  install: v.optional(v.boolean(), false),
  models: v.optional(v.boolean(), true),
  disk: v.optional(v.picklist(['roomy', 'filling', 'full', 'untold']), 'roomy'),
  imports: v.optional(v.picklist(['none', 'running', 'done', 'exporting']), 'none'),
  notifications: v.optional(v.picklist(['off', 'on', 'denied', 'unsupported']), 'off'),
  /** What stands on the screen instead: a start that failed, a screen that broke, a disk that never answers. */
  trouble: v.optional(v.picklist(['none', 'blocked', 'not_opened', 'broken', 'silent']), 'none'),
});

export type Situation = v.InferOutput<typeof SituationSchema>;

/** What the demo shows, from `sessionStorage.demo` as JSON. */
export function readSituation(): Situation {
  return v.parse(SituationSchema, JSON.parse(sessionStorage.getItem('demo') ?? '{}'));
}
