import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../db/database.ts';
import type { DeviceStatsStore } from '../device-stats.ts';
import type { Log } from '../log.ts';

export interface GaugeDeps {
  readonly db: Database;
  readonly live: { readonly count: () => number };
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: Log;
}

/** What the devices say of their own libraries. Two devices of one person each count the same videos. */
export function gaugeDevices({ totals }: DeviceStatsStore, registers: Registry[]): void {
  new Gauge({
    name: 'vidfab_devices',
    help: 'Devices that synced within the last hour.',
    registers,
    collect() {
      this.set(totals().devices);
    },
  });
  new Gauge({
    name: 'vidfab_device_videos',
    help: 'Videos that those devices have, and how many of them they hold for synced and for failed.',
    labelNames: ['state'],
    registers,
    collect() {
      const { completed, synced, failed } = totals();
      for (const [state, count] of Object.entries({ completed, synced, failed })) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'vidfab_device_synced_ratio',
    help: 'The share of those videos that is synced; 1 where there are none.',
    registers,
    collect() {
      const { completed, synced } = totals();
      this.set(completed === 0 ? 1 : synced / completed);
    },
  });
  new Gauge({
    name: 'vidfab_device_oldest_pending_seconds',
    help: 'The longest that a video on any of those devices had waited when it was last heard.',
    registers,
    collect() {
      this.set(totals().oldestPendingMs / 1000);
    },
  });
}

export function gaugeStreams({ live }: GaugeDeps, registers: Registry[]): void {
  new Gauge({
    name: 'vidfab_live_streams',
    help: 'Event streams that are open to this process.',
    registers,
    collect() {
      this.set(live.count());
    },
  });
}

/** Read by index from small tables, so that a scrape costs the same however large the libraries are. */
const JOBS = `
  SELECT 'ingest' AS kind, count(*) AS jobs, coalesce(sum(lease_until > :now), 0) AS leased FROM ingest_job
  UNION ALL
  SELECT 'generation', count(*), coalesce(sum(lease_until > :now), 0) FROM generation WHERE next_at IS NOT NULL
  UNION ALL
  SELECT 'blob_deletion', count(*), 0 FROM blob_deletion
  UNION ALL
  SELECT 'upload', count(*), coalesce(sum(lease_until > :now), 0) FROM upload WHERE state = 'whole'`;

export function gaugeJobs({ db, clock, log }: GaugeDeps, registers: Registry[]): void {
  new Gauge({
    name: 'vidfab_jobs',
    help: 'Jobs in the database: queued, or leased by a process that works on them.',
    labelNames: ['kind', 'state'],
    registers,
    async collect() {
      this.reset();
      try {
        const { rows } = await db.sql.execute({ sql: JOBS, args: { now: clock() } });
        for (const { kind, jobs, leased } of rows) {
          this.set({ kind: String(kind), state: 'queued' }, Number(jobs) - Number(leased));
          this.set({ kind: String(kind), state: 'leased' }, Number(leased));
        }
      } catch (error) {
        // What is counted in memory is worth reading just then.
        log.warn('jobs not counted', { error });
      }
    },
  });
}
