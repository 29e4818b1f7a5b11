import { useCallback } from 'react';
import * as v from 'valibot';
import { useLocation } from 'wouter';
import type { Neighbours } from './use-neighbours.ts';

export type Way = keyof Neighbours;

const AlongSchema = v.object({
  along: v.picklist(['previous', 'next']),
  /** How far a finger had drawn the picture, in px. */
  from: v.optional(v.number()),
  /** Whether the step was taken at its link by key: the focus goes on there. */
  byKey: v.optional(v.boolean()),
});

/** How one came to a video from the one beside it; kept with the entry in the history. */
export type Along = v.InferOutput<typeof AlongSchema>;

export function alongOf(state: unknown): Along | null {
  const parsed = v.safeParse(AlongSchema, state);
  return parsed.success ? parsed.output : null;
}

/** Goes to the video before or after, in place of this one: back leads to the gallery still. */
export function useAlong({ previous, next }: Neighbours): (way: Way, how?: Omit<Along, 'along'>) => void {
  const [, navigate] = useLocation();
  return useCallback(
    (way, how) => {
      const to = way === 'next' ? next : previous;
      if (to !== null) navigate(`/video/${to}`, { replace: true, state: { ...how, along: way } satisfies Along });
    },
    [navigate, previous, next],
  );
}
