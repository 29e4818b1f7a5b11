import * as v from 'valibot';

const SituationSchema = v.object({
  signedIn: v.optional(v.boolean(), true),
  online: v.optional(v.boolean(), true),
  videos: v.optional(v.number(), 40),
  /** How many of them are not saved yet, and how many cannot be. */
  pending: v.optional(v.number(), 0),
  failed: v.optional(v.number(), 0),
  generations: v.optional(v.boolean(), false),
  activity: v.optional(v.picklist(['idle', 'syncing', 'waiting', 'storage_failed']), 'idle'),
  expired: v.optional(v.boolean(), false),
  update: v.optional(v.boolean(), false),
  tooOld: v.optional(v.boolean(), false),
  install: v.optional(v.boolean(), false),
  models: v.optional(v.boolean(), true),
});

export type Situation = v.InferOutput<typeof SituationSchema>;

/** What the demo shows, from `sessionStorage.demo` as JSON. */
export function readSituation(): Situation {
  return v.parse(SituationSchema, JSON.parse(sessionStorage.getItem('demo') ?? '{}'));
}
