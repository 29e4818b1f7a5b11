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
  readonly isFull: () => boolean;
  /** Resolves when everything that runs now has ended. */
  readonly settle: () => Promise<void>;
}

/** @param onEnd told after each task, with what it threw or null */
export function createLaneRunner(lane: Lane, onEnd: (error: unknown) => void): LaneRunner {
  const running = new Map<string, Promise<void>>();

  async function run(task: Task): Promise<void> {
    let failure: unknown = null;
    try {
      await task.run();
    } catch (error) {
      failure = error;
    }
    running.delete(task.id);
    onEnd(failure);
  }

  return {
    startDue: async () => {
      const room = lane.concurrency - running.size;
      if (room <= 0) return false;
      const tasks = (await lane.claim(room)).filter(({ id }) => !running.has(id));
      for (const task of tasks) running.set(task.id, run(task));
      return tasks.length > 0;
    },
    isFull: () => running.size >= lane.concurrency,
    settle: async () => void (await Promise.all(running.values())),
  };
}
