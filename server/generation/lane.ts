/** One kind of durable work, kept in the database. */
export interface Lane {
  /** Tasks of this lane that one process runs at once. */
  readonly concurrency: number;
  /** Claims what is due. A task already running here may be claimed again and is then left alone. */
  readonly claim: (limit: number) => Promise<readonly Task[]>;
  /** When the next one is due by the clock; null where there is none. */
  readonly nextAt: () => Promise<number | null>;
}

export interface Task {
  /** The same for the same piece of work. */
  readonly id: string;
  /** Does not reject for what can be expected. */
  readonly run: () => Promise<void>;
}

export interface LaneRunner {
  /** Starts what is due and fits; resolves to whether anything started. */
  readonly startDue: () => Promise<boolean>;
  /** When to look again, by the clock; null where the end of a task says, or nothing is to be done. */
  readonly nextAt: () => Promise<number | null>;
  /** Resolves when everything that runs now has ended. */
  readonly settle: () => Promise<void>;
}

/** What broke may still be due at once, and break again: no hot loop over it. */
const REST_AFTER_BREAK_MS = 5_000;

/** @param onEnd told after each task, with what it threw or null */
export function createLaneRunner(lane: Lane, clock: () => number, onEnd: (error: unknown) => void): LaneRunner {
  const running = new Map<string, Promise<void>>();
  let restsUntil = 0;

  async function run(task: Task): Promise<void> {
    let failure: unknown = null;
    try {
      await task.run();
    } catch (error) {
      failure = error;
      restsUntil = clock() + REST_AFTER_BREAK_MS;
    }
    running.delete(task.id);
    onEnd(failure);
  }

  const room = () => lane.concurrency - running.size;

  return {
    startDue: async () => {
      if (room() <= 0 || clock() < restsUntil) return false;
      const tasks = (await lane.claim(room())).filter(({ id }) => !running.has(id));
      for (const task of tasks) running.set(task.id, run(task));
      return tasks.length > 0;
    },
    nextAt: async () => {
      const at = room() > 0 ? await lane.nextAt() : null;
      return at === null ? null : Math.max(at, restsUntil);
    },
    settle: async () => void (await Promise.all(running.values())),
  };
}
