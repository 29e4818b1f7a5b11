import type { EventRecord } from '../../data/database.ts';
import type { LibrarySummary } from '../../data/reads.ts';

/** What stands above the lines of a copied log, so that a report tells where it comes from. */
export interface LogHead {
  readonly version: string;
  readonly userAgent: string;
  readonly nowMs: number;
  readonly device: string;
  readonly epoch: string | null;
  /** Of the database on this device. */
  readonly schema: number;
  readonly sync: string;
  readonly online: boolean;
  readonly live: string;
  readonly summary: LibrarySummary;
  /** Since when the longest of what waits has waited, milliseconds since 1970. */
  readonly waitingSince: number | null;
}

/** The log as plain text in one language for everyone: it is read by whoever helps. */
export function logText(head: LogHead, lines: readonly EventRecord[]): string {
  const { pending, failed, total, unsent, lastSyncAt } = head.summary;
  const oldest = head.waitingSince === null ? '-' : `${Math.round((head.nowMs - head.waitingSince) / 1000)} s`;
  return [
    `VidFab ${head.version} · ${iso(head.nowMs)}`,
    head.userAgent,
    `device ${head.device} · epoch ${head.epoch ?? '-'} · schema ${head.schema}`,
    `videos ${total}: ${pending} pending, ${total - pending - failed} synced, ${failed} failed · generations unsent: ${unsent}`,
    `oldest pending: ${oldest} · last sync: ${lastSyncAt === null ? '-' : iso(lastSyncAt)}`,
    `sync: ${head.sync} · online: ${head.online} · live: ${head.live}`,
    '',
    ...lines.map(lineText),
    '',
  ].join('\n');
}

function lineText({ at, firstAt, count, by, kind, details }: EventRecord): string {
  const repeated = count > 1 ? ` ×${count} since ${iso(firstAt)}` : '';
  return `${iso(at)} ${by} ${kind} ${detailsText(details)}`.trimEnd() + repeated;
}

/** `pushed=3 pulled=0 ms=41` */
export function detailsText(details: EventRecord['details']): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
