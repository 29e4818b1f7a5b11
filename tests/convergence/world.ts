import * as v from 'valibot';
import { DeviceIdSchema, type Head, type UserId, UserIdSchema } from '../../sync/ids.ts';
import type { AnyRow } from '../../sync/local-row.ts';
import type { News, SyncRequest } from '../../sync/protocol.ts';
import { createSimDevice, type SimDevice } from '../../sync/simulation/device.ts';
import { createRandom, type Random } from '../../sync/simulation/random.ts';
import { createDeviceWatch, type DeviceWatch } from './device-watch.ts';
import type { Hits } from './hits.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createModel, type Model, type Thing } from './model.ts';
import type { Profile } from './profile.ts';
import type { SimServer } from './sim-server.ts';

export const ALICE = v.parse(UserIdSchema, 'alice');
export const BOB = v.parse(UserIdSchema, 'bob');

/** By what the same video is known again. */
export interface Identity {
  readonly provider: string | null;
  readonly requestId: string | null;
  readonly outputIndex: number | null;
  readonly originalUrl: string | null;
  /** Whether a copy of it may come without its request. */
  readonly mayLackRequest: boolean;
}

/** Devices, a server, and all that stands between them, in a time of their own. */
export interface World {
  readonly profile: Profile;
  readonly server: SimServer;
  readonly devices: readonly SimDevice[];
  readonly model: Model;
  readonly ledger: Ledger;
  readonly watch: DeviceWatch;
  readonly hits: Hits;
  readonly identities: Map<Thing, Identity>;
  /** The video ids of each generation, in the order of its outputs. */
  readonly outputsOf: Map<string, readonly string[]>;
  /** Rows on which the server breaks (5xx) or which it refuses (4xx) with the whole push. */
  readonly poison: Map<string, number>;
  readonly echoes: { readonly request: SyncRequest; readonly session: string }[];
  /** The head that the stream of each device told last. */
  readonly told: Map<SimDevice, { readonly user: UserId; readonly head: Head }>;
  /** News on its way. */
  readonly letters: { readonly device: SimDevice; readonly user: UserId; readonly news: News }[];
  readonly violations: string[];
  now: number;
  /** The act's own chance. */
  random: Random;
  /** The largest push that gets through. */
  maxPushRows: number;
  /** Devices whose app speaks a protocol that is no longer told of changes. */
  readonly oldApps: Set<SimDevice>;
  /** Done on a device while its answer is on the way. */
  inFlight: ((device: SimDevice) => Promise<void>) | null;
  faultsOn: boolean;
  /** What this history has had: one of the two leaves no room for the other. */
  past: 'plain' | 'restored' | 'taken back';
  /** Requests so far that carried rows. */
  pushes: number;
  readonly fail: (rule: string, message: string) => void;
  readonly note: (text: () => string) => void;
  readonly pass: (ms: number) => void;
  readonly observe: (cause: 'push' | 'job' | 'purge') => void;
  /** Rows of a thing on the devices of its owner. */
  readonly localRows: (thing: Thing) => readonly AnyRow[];
  /** Called where a user's history may have got another epoch. */
  readonly noteEpochs: () => void;
}

const START = 1_800_000_000_000;

export function createWorld(options: {
  readonly seed: number;
  readonly profile: Profile;
  readonly server: SimServer;
  readonly hits: Hits;
  readonly trace: ((line: string) => void) | null;
}): World {
  const { seed, profile, server, hits, trace } = options;
  const model = createModel();
  const violations: string[] = [];
  const epochs = new Map<UserId, string>();
  const taken = new Set<string>();
  const fail = (rule: string, message: string) => {
    trace?.(`!! [${rule}] ${message}`);
    violations.push(`[${rule}] ${message}`);
  };
  const chance = createRandom(seed, 1);
  const deviceId = () =>
    v.parse(DeviceIdSchema, Array.from(chance.bytes(16), (byte) => (byte % 16).toString(16)).join(''));
  const devices = profile.skews.map((skew, index) => {
    const now = () => world.now;
    const device = createSimDevice({
      name: 'ABCD'.charAt(index),
      id: deviceId(),
      user: ALICE,
      now,
      onCommit: (commit) => watch.committed(commit),
    });
    device.skew = skew;
    return device;
  });
  const rowsOn = (device: SimDevice, thing: Thing): readonly AnyRow[] => {
    if (!device.users().includes(thing.user)) return [];
    const { videos, generations } = device.disk(thing.user);
    return [...thing.ids].flatMap((id) => (thing.kind === 'video' ? videos : generations).get(id) ?? []);
  };
  const localRows = (thing: Thing) => devices.flatMap((device) => rowsOn(device, thing));
  // A device that speaks in another epoch doubts, once it is back, what it received in this one. [PULL-5]
  const isHeldUnacknowledged = (thing: Thing) => {
    const epoch = server.epoch(thing.user);
    return devices.some((device) =>
      rowsOn(device, thing).some(
        ({ received }) => received?.epoch !== epoch || device.disk(thing.user).meta.epoch !== epoch,
      ),
    );
  };
  const ledger = createLedger({ server, model, hits, now: () => world.now, fail, isHeldUnacknowledged });
  const watch = createDeviceWatch({
    model,
    ledger,
    hits,
    fail,
    now: () => world.now,
    note: (text) => world.note(text),
  });

  const world: World = {
    profile,
    server,
    devices,
    model,
    ledger,
    hits,
    identities: new Map(),
    outputsOf: new Map(),
    poison: new Map(),
    echoes: [],
    told: new Map(),
    letters: [],
    violations,
    now: START,
    random: chance,
    maxPushRows: 1000,
    oldApps: new Set(),
    inFlight: null,
    faultsOn: true,
    past: 'plain',
    pushes: 0,
    fail,
    note: (text) => trace?.(text()),
    pass: (ms) => {
      world.now += ms;
    },
    watch,
    observe: (cause) => {
      ledger.observe(cause);
      requireOutputs(world);
    },
    localRows,
    noteEpochs: () => {
      for (const user of [ALICE, BOB]) {
        const epoch = server.epoch(user);
        if (epochs.get(user) === epoch) continue;
        epochs.set(user, epoch);
        // What every device forgot but one that was away too long may come back with it.
        for (const thing of model.things()) {
          if (thing.user === user && thing.collected && localRows(thing).length > 0) thing.mayReturn = true;
        }
      }
    },
  };
  world.noteEpochs();
  server.provider.onTaken = noteTaken;
  return world;

  /** Charged once, whatever happens to the server. [GEN-2] */
  function noteTaken(generation: string): void {
    if (taken.has(generation)) fail('GEN-2', `${generation} was submitted twice`);
    taken.add(generation);
  }
}

/** Videos of a generation that the server knows to have succeeded must exist. [GEN-1] */
function requireOutputs({ ledger, model, fail }: World): void {
  for (const row of ledger.rows().values()) {
    if (row.kind !== 'generation' || row.row.status !== 'succeeded' || row.row.outputs === null) continue;
    for (const { videoId } of v.parse(OutputsSchema, JSON.parse(String(row.row.outputs)))) {
      const thing = model.find(row.user, videoId);
      if (!thing) continue;
      thing.required = true;
      if (ledger.live(thing).length > 0 || ledger.isTombstone(thing) || thing.collected) continue;
      fail('GEN-1', `${row.id} succeeded, and the server has no ${thing.name}`);
    }
  }
}

const OutputsSchema = v.array(v.looseObject({ videoId: v.string() }));
