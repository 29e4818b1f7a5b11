import type { DeviceId, UserId } from '../sync/ids.ts';
import type { Result, SyncRequest } from '../sync/protocol.ts';

/** What a device says of its own library. */
export type DeviceStats = NonNullable<SyncRequest['stats']>;

/**
 * What is counted for whoever runs the server: numbers and the names of routes and reasons, never
 * who or what. Nothing here fails or waits.
 */
export interface Metrics {
  readonly answered: (request: {
    /** The pattern of the route, not the path. */
    readonly route: string;
    readonly method: string;
    readonly status: number;
    readonly seconds: number;
  }) => void;
  /** A push was answered, row by row. */
  readonly pushed: (results: readonly Result[]) => void;
  readonly heard: (user: UserId, device: DeviceId, stats: DeviceStats) => void;
  /** So many videos were committed whose bytes are to be stored from now on. */
  readonly completed: (videos: number) => void;
  /** One of them is stored. @param seconds since it was made */
  readonly stored: (seconds: number) => void;
  /** Storing failed: it is tried again, or only the person can help. */
  readonly notStored: (outcome: 'retried' | 'given_up') => void;
  /** All of it as text; null where this runtime keeps no counts. */
  readonly exposition: (() => Promise<{ readonly contentType: string; readonly text: string }>) | null;
}

/** For a runtime where no process lives long enough to count. */
export function createNoMetrics(): Metrics {
  const nothing = () => undefined;
  return {
    answered: nothing,
    pushed: nothing,
    heard: nothing,
    completed: nothing,
    stored: nothing,
    notStored: nothing,
    exposition: null,
  };
}
