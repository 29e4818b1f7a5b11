import type { Stamp } from '../../sync/hlc.ts';
import type { UserId } from '../../sync/ids.ts';
import type { EditMade } from '../../sync/simulation/device.ts';

/** One edit of a person, with the stamp it has now. */
export interface Edit {
  readonly field: string;
  readonly value: unknown;
  stamp: Stamp;
  /** Stamps it had before a clock was corrected; one of them may still arrive late. */
  readonly earlier: Stamp[];
  /** The edit that it was made on top of. */
  readonly seen: Edit | null;
  /** A later edit took its place before it left the device. */
  superseded: boolean;
  /** Nothing that still exists has it. */
  lost: boolean;
}

/** A video or a generation as people know it, whatever ids it goes by. */
export interface Thing {
  readonly kind: 'video' | 'generation';
  readonly user: UserId;
  readonly name: string;
  readonly ids: Set<string>;
  /** It was completed on a device, or acknowledged, and nothing that destroyed it is known. */
  required: boolean;
  /** Its tombstone is gone for good. */
  collected: boolean;
  /** A restore, or a device away for longer than tombstones are kept, may have brought it back. */
  mayReturn: boolean;
  /** It was cancelled before it was ever sent. */
  neverSubmit: boolean;
  readonly edits: Map<string, Edit[]>;
  /** What devices created it as, without the time; empty where the server may have been first. */
  readonly creations: Set<string>;
}

/** What people did, kept apart from anything that merges. */
export interface Model {
  readonly add: (thing: Pick<Thing, 'kind' | 'user' | 'required'>, id: string) => Thing;
  readonly alsoKnownAs: (thing: Thing, id: string) => void;
  readonly find: (user: string, id: string) => Thing | undefined;
  readonly things: () => readonly Thing[];
  readonly edited: (thing: Thing, field: string, value: unknown, made: EditMade) => Edit;
  /** @returns the edit, or null where nobody made one with that stamp */
  readonly restamped: (thing: Thing, field: string, from: Stamp, to: Stamp) => Edit | null;
}

export function createModel(): Model {
  const byId = new Map<string, Thing>();
  const all: Thing[] = [];
  const key = (user: string, id: string) => `${user}/${id}`;
  return {
    add: ({ kind, user, required }, id) => {
      const known = byId.get(key(user, id));
      if (known) return known;
      const name = `${kind === 'video' ? 'v' : 'g'}${all.length}`;
      const fresh = {
        collected: false,
        mayReturn: false,
        neverSubmit: false,
        edits: new Map(),
        creations: new Set<string>(),
      };
      const thing: Thing = { kind, user, name, ids: new Set([id]), required, ...fresh };
      byId.set(key(user, id), thing);
      all.push(thing);
      return thing;
    },
    alsoKnownAs: (thing, id) => {
      thing.ids.add(id);
      byId.set(key(thing.user, id), thing);
    },
    find: (user, id) => byId.get(key(user, id)),
    things: () => all,
    edited: (thing, field, value, { stamp, seen, replacedPending }) => {
      const edits = thing.edits.get(field) ?? [];
      const replaced = edits.find((edit) => edit.stamp === seen) ?? null;
      if (replaced && replacedPending) replaced.superseded = true;
      const edit = { field, value, stamp, earlier: [], seen: replaced, superseded: false, lost: false };
      thing.edits.set(field, [...edits, edit]);
      return edit;
    },
    restamped: (thing, field, from, to) => {
      const edit = thing.edits.get(field)?.find(({ stamp }) => stamp === from);
      if (!edit) return null;
      edit.earlier.push(from);
      edit.stamp = to;
      return edit;
    },
  };
}

/** The edits of a field that must not be undone. */
export function requiredEdits(thing: Thing, field: string): readonly Edit[] {
  return (thing.edits.get(field) ?? []).filter(({ lost, superseded }) => !lost && !superseded);
}

/** Whether a person set this value, with this stamp or one it was corrected from. */
export function wasMade(thing: Thing, field: string, [value, stamp]: readonly [unknown, string]): boolean {
  const json = JSON.stringify(value);
  return (thing.edits.get(field) ?? []).some(
    (edit) =>
      (edit.stamp === stamp || edit.earlier.some((earlier) => earlier === stamp)) &&
      JSON.stringify(edit.value) === json,
  );
}
