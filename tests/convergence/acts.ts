import {
  advance,
  begin,
  echo,
  heal,
  jump,
  kill,
  oldApp,
  poison,
  poll,
  reinstall,
  signIn,
  smallBodies,
  sync,
  twoCycles,
  twoRequests,
} from './acts-of-devices.ts';
import {
  create,
  createBatch,
  createSame,
  edit,
  generate,
  keepBytes,
  takeBack,
  takeOutOfTrash,
} from './acts-of-people.ts';
import { away, backUp, ingest, pass, provide, purgeJob, restore, upload, work } from './acts-of-servers.ts';
import { hear, tell } from './acts-of-streams.ts';
import {
  clocksApart,
  forgottenSubmission,
  heardLive,
  interruptedSnapshot,
  lateRescue,
  longAbsence,
  putBackUnseen,
  thereAndBack,
  twoAlike,
} from './stories.ts';
import type { World } from './world.ts';

export interface Act {
  readonly kind: string;
  /** How often it happens beside the others. */
  readonly weight: number;
  readonly run: (world: World) => Promise<void>;
}

/** Everything that happens to people, devices, server and provider. */
export const ACTS: readonly Act[] = [
  { kind: 'create', weight: 8, run: create },
  { kind: 'create same', weight: 5, run: createSame },
  { kind: 'create batch', weight: 1.5, run: createBatch },
  { kind: 'generate', weight: 5, run: generate },
  { kind: 'cancel', weight: 2, run: (world) => edit(world, 'generation', ['cancelRequestedAt']) },
  { kind: 'dismiss', weight: 1, run: (world) => edit(world, 'generation', ['dismissedAt']) },
  { kind: 'edit', weight: 10, run: (world) => edit(world, 'video', ['title', 'favorite', 'tags', 'rating']) },
  { kind: 'trash', weight: 4, run: (world) => edit(world, 'video', ['deletedAt']) },
  { kind: 'restore', weight: 2, run: takeOutOfTrash },
  { kind: 'take back', weight: 1.5, run: takeBack },
  { kind: 'purge', weight: 1.5, run: (world) => edit(world, 'video', ['purgeRequestedAt']) },
  { kind: 'late rescue', weight: 0.6, run: lateRescue },
  { kind: 'long absence', weight: 0.5, run: longAbsence },
  { kind: 'interrupted snapshot', weight: 0.5, run: interruptedSnapshot },
  { kind: 'clocks apart', weight: 0.5, run: clocksApart },
  { kind: 'forgotten submission', weight: 0.4, run: forgottenSubmission },
  { kind: 'there and back', weight: 0.4, run: thereAndBack },
  { kind: 'heard live', weight: 0.6, run: heardLive },
  { kind: 'put back unseen', weight: 0.3, run: putBackUnseen },
  { kind: 'two alike', weight: 0.4, run: twoAlike },
  { kind: 'keep bytes', weight: 2, run: keepBytes },
  { kind: 'sync', weight: 22, run: sync },
  { kind: 'begin', weight: 4, run: begin },
  { kind: 'advance', weight: 5, run: advance },
  { kind: 'two cycles', weight: 3, run: twoCycles },
  { kind: 'two requests', weight: 2, run: twoRequests },
  { kind: 'poll', weight: 4, run: poll },
  { kind: 'tell', weight: 4, run: tell },
  { kind: 'hear', weight: 2, run: hear },
  { kind: 'kill', weight: 1.5, run: kill },
  { kind: 'reinstall', weight: 0.7, run: reinstall },
  { kind: 'sign in', weight: 1.5, run: signIn },
  { kind: 'jump', weight: 1.5, run: jump },
  { kind: 'poison', weight: 1.5, run: poison },
  { kind: 'heal', weight: 1.5, run: heal },
  { kind: 'small bodies', weight: 1, run: smallBodies },
  { kind: 'old app', weight: 0.7, run: oldApp },
  { kind: 'echo', weight: 2, run: echo },
  { kind: 'provider', weight: 6, run: provide },
  { kind: 'work', weight: 8, run: work },
  { kind: 'ingest', weight: 4, run: ingest },
  { kind: 'upload', weight: 1, run: upload },
  { kind: 'purge job', weight: 3, run: purgeJob },
  { kind: 'pass', weight: 6, run: pass },
  { kind: 'away', weight: 1.5, run: away },
  {
    kind: 'backup',
    weight: 1.5,
    run: backUp,
  },
  { kind: 'restore announced', weight: 0.9, run: (world) => restore(world, true) },
  { kind: 'restore silent', weight: 0.9, run: (world) => restore(world, false) },
];
