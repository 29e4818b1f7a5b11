import { type CycleOutcome, runCycle } from '../engine.ts';
import { nextStamp, type Stamp, ZERO_STAMP } from '../hlc.ts';
import type { DeviceId, GenerationId, UserId, VideoId } from '../ids.ts';
import { type AnyRow, fieldValue, newGenerationRow, newVideoRow } from '../local-row.ts';
import { applyNews } from '../news.ts';
import { applyPoll, type HeardGeneration } from '../poll.ts';
import type { LocalTransaction, RowTable } from '../ports.ts';
import type { News } from '../protocol.ts';
import type { GenerationCreate, VideoCreate } from '../records.ts';
import { pendingFields } from '../save-state.ts';
import { createFaultyStore, type Life, type StorageFault } from './faulty-store.ts';
import { createMemoryStore, type Disk, type MemoryStore } from './memory-store.ts';
import { type Flight, interpret } from './network.ts';

/** A cycle of the engine under way on a device. */
export interface Cycle {
  readonly user: UserId;
  readonly life: Life;
  /** Requests that were sent and not landed yet. */
  readonly flights: Flight[];
  /** How it ended; null while it goes on. */
  ended: { readonly outcome: CycleOutcome } | { readonly error: unknown } | null;
  /** Resolves at the next request, at the end, or when the process dies. */
  readonly event: () => Promise<void>;
}

/** What a person's edit did to a field. */
export interface EditMade {
  readonly stamp: Stamp;
  /** The stamp of the value that it replaced. */
  readonly seen: Stamp;
  /** Whether that value had not reached the server yet, as far as this device knew. */
  readonly replacedPending: boolean;
}

/** A transaction of the engine that was written. */
export interface EngineCommit {
  readonly device: SimDevice;
  readonly user: UserId;
  readonly life: Life;
  readonly before: Disk;
  readonly after: Disk;
}

export interface SimDevice {
  readonly name: string;
  readonly clock: () => number;
  /** Device clock minus the world's, milliseconds. */
  skew: number;
  /** Who is signed in. */
  session: UserId;
  /** People whose database is on this device. */
  readonly users: () => readonly UserId[];
  readonly store: (user: UserId) => MemoryStore;
  readonly disk: (user: UserId) => Disk;
  /** @param options.user whose database; a worker may not have heard yet that another person signed in */
  readonly startCycle: (options: {
    readonly limit: number;
    readonly maxPushRows: number;
    readonly fault: () => StorageFault;
    readonly user?: UserId;
  }) => Cycle;
  readonly cycles: () => readonly Cycle[];
  /** Ends every process of the app; the disks stay. */
  readonly kill: () => void;
  /** Ends the app and empties the disks. @param id the new installation's */
  readonly reinstall: (id: DeviceId) => void;
  readonly createVideo: (id: VideoId, create: VideoCreate) => Promise<void>;
  readonly createGeneration: (id: GenerationId, create: GenerationCreate) => Promise<void>;
  /** Null where the row is not here, or has that value already. */
  readonly edit: (row: AnyRow['id'], field: string, value: unknown) => Promise<EditMade | null>;
  /** Sends every refused row again from a clean start. */
  readonly retry: () => Promise<void>;
  readonly recordGeneration: (heard: HeardGeneration) => Promise<void>;
  /** What the event stream told reaches a page. */
  readonly hearNews: (options: {
    readonly user: UserId;
    readonly news: News;
    readonly life: Life;
    readonly fault: () => StorageFault;
  }) => Promise<boolean>;
}

/**
 * A device with its disks, its clock, and the engine in processes that can be killed. What a person
 * does to it is what `client/data/commands.ts` does.
 * @param onCommit told what the engine's transactions changed
 */
export function createSimDevice(options: {
  readonly name: string;
  readonly id: DeviceId;
  readonly user: UserId;
  readonly now: () => number;
  readonly onCommit: (commit: EngineCommit) => void;
}): SimDevice {
  const { name, now, onCommit } = options;
  let id = options.id;
  let disks = new Map<UserId, MemoryStore>();
  let cycles: Cycle[] = [];

  const store = (user: UserId): MemoryStore => {
    const known = disks.get(user);
    if (known) return known;
    const made = createMemoryStore(user, id);
    disks.set(user, made);
    return made;
  };
  const storeOf = (user: UserId, life: Life, fault: () => StorageFault) =>
    createFaultyStore({
      store: store(user),
      life,
      fault,
      onCommit: (before, after) => onCommit({ device, user, life, before, after }),
    });
  const write = <T>(work: (tx: LocalTransaction) => Promise<T>) => store(device.session).transact(work);

  const device: SimDevice = {
    name,
    skew: 0,
    session: options.user,
    clock: () => now() + device.skew,
    users: () => [...disks.keys()],
    store,
    disk: (user) => store(user).disk(),
    cycles: () => {
      cycles = cycles.filter(({ ended, life, flights }) => life.alive && (ended === null || flights.length > 0));
      return cycles;
    },
    startCycle: ({ limit, maxPushRows, fault, user = device.session }) => {
      const cycle = launch({
        user,
        limit,
        maxPushRows,
        session: () => device.session,
        clock: device.clock,
        storeOf: (life) => storeOf(user, life, fault),
      });
      cycles.push(cycle);
      return cycle;
    },
    kill: () => {
      for (const { life } of cycles) life.alive = false;
      cycles = [];
    },
    reinstall: (next) => {
      device.kill();
      disks = new Map();
      id = next;
    },
    createVideo: (videoId, create) =>
      write(async (tx) => tx.videos.putMany([newVideoRow(videoId, create)], (await tx.meta()).epoch)),
    createGeneration: (generationId, create) =>
      write(async (tx) => tx.generations.putMany([newGenerationRow(generationId, create)], (await tx.meta()).epoch)),
    edit: (row, field, value) =>
      write(async (tx) => {
        const edit = { field, value, nowMs: device.clock() };
        const { videos, generations } = device.disk(device.session);
        const video = videos.get(row);
        if (video) return editRow(tx, tx.videos, video.id, edit);
        const generation = generations.get(row);
        return generation ? editRow(tx, tx.generations, generation.id, edit) : null;
      }),
    retry: () =>
      write(async (tx) => {
        const { videos, generations } = device.disk(device.session);
        const { epoch } = await tx.meta();
        const clean = { rejection: null, failures: 0 };
        const refused = <Row extends AnyRow>(rows: Iterable<Row>) =>
          [...rows].filter(({ rejection }) => rejection !== null).map((row) => ({ ...row, ...clean }));
        await tx.videos.putMany(refused(videos.values()), epoch);
        await tx.generations.putMany(refused(generations.values()), epoch);
      }),
    recordGeneration: (heard) => write((tx) => applyPoll(tx, heard)),
    hearNews: ({ user, news, life, fault }) =>
      applyNews({ store: storeOf(user, life, fault), clock: device.clock }, { user, news }),
  };
  return device;
}

function launch(options: {
  readonly user: UserId;
  readonly limit: number;
  readonly maxPushRows: number;
  readonly session: () => UserId;
  readonly clock: () => number;
  readonly storeOf: (life: Life) => ReturnType<typeof createFaultyStore>;
}): Cycle {
  const { user, limit, maxPushRows, session, clock, storeOf } = options;
  let wake = () => {};
  let waiting: Promise<void> | null = null;
  const life: Life = { alive: true, onDeath: () => wake() };
  const cycle: Cycle = {
    user,
    life,
    flights: [],
    ended: null,
    event: () => {
      waiting ??= new Promise((resolve) => {
        wake = () => {
          waiting = null;
          resolve();
        };
      });
      return waiting;
    },
  };
  const exchange: Parameters<typeof runCycle>[0]['transport']['exchange'] = (request) =>
    new Promise((resolve) => {
      const land: Flight['land'] = (answer) => {
        const index = cycle.flights.findIndex((flight) => flight.land === land);
        if (index >= 0) cycle.flights.splice(index, 1);
        resolve(interpret(answer, request));
      };
      cycle.flights.push({ request: { ...request, limit }, session: session(), answer: undefined, land });
      wake();
    });
  const end = (ended: Cycle['ended']) => {
    cycle.ended = ended;
    wake();
  };
  runCycle({ store: storeOf(life), transport: { exchange }, clock, shouldStop: () => false, maxPushRows }).then(
    (outcome) => end({ outcome }),
    (error: unknown) => end({ error }),
  );
  return cycle;
}

/** Sets one field with a stamp of its own, and remembers it. [HLC-1] */
async function editRow<Id extends AnyRow['id'], Row extends AnyRow>(
  tx: LocalTransaction,
  table: RowTable<Id, Row>,
  id: Id,
  { field, value, nowMs }: { readonly field: string; readonly value: unknown; readonly nowMs: number },
): Promise<EditMade | null> {
  const meta = await tx.meta();
  const [row] = await table.getMany([id]);
  if (!row || JSON.stringify(fieldValue(row, field)) === JSON.stringify(value)) return null;
  const seen = row.fields[field]?.[1] ?? ZERO_STAMP;
  const replacedPending = pendingFields(row).includes(field);
  const stamp = nextStamp({ nowMs: nowMs + meta.clockOffset, device: meta.device, last: meta.lastStamp, seen });
  await table.putMany([{ ...row, fields: { ...row.fields, [field]: [value, stamp] }, rejection: null }], meta.epoch);
  await tx.putMeta({ ...meta, lastStamp: stamp });
  return { stamp, seen, replacedPending };
}
