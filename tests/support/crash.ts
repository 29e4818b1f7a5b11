import type { JobDeps } from '../../server/generation/jobs.ts';

/** A process that dies at one point; from then on nothing it does reaches the outside. */
export interface Killed {
  readonly wrap: (deps: JobDeps) => JobDeps;
  /** The call it died at; null where it lived to the end. */
  readonly at: () => string | null;
}

/** A process for every point: before and after each call of database, blob store and provider. Endless. */
export function* crashPoints(): Generator<Killed> {
  for (let point = 0; ; point++) yield killedAt(point);
}

function killedAt(point: number): Killed {
  let left = point;
  let at: string | null = null;

  function step(name: string): void {
    if (at === null && left-- === 0) at = name;
    if (at !== null) throw new Error(`killed ${at}`);
  }

  function mortal<Port extends object>(name: string, port: Port): Port {
    return new Proxy(port, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        // The one member that is no call.
        if (typeof member !== 'function' || key === 'deadlineMs') return member;
        return async (...args: unknown[]) => {
          step(`before ${name}.${String(key)}`);
          const result: unknown = await member.apply(target, args);
          step(`after ${name}.${String(key)}`);
          return result;
        };
      },
    });
  }

  return {
    wrap: (deps) => ({
      ...deps,
      db: { ...deps.db, sql: mortal('sql', deps.db.sql) },
      blobs: mortal('blobs', deps.blobs),
      uploads: deps.uploads && mortal('uploads', deps.uploads),
      provider: mortal('provider', deps.provider),
    }),
    at: () => at,
  };
}
