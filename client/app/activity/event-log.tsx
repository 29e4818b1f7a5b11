import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { EventRecord } from '../../data/database.ts';
import { type EventLogView, useEventLog, useLibrarySummary } from '../../data/queries.ts';
import { useWaiting } from '../../data/waiting-query.ts';
import { useFormat } from '../i18n/use-format.ts';
import { useServices } from '../services.ts';
import { Button } from '../ui/button.tsx';
import { Details } from '../ui/details.tsx';
import { useCopy } from '../use-copy.ts';
import styles from './event-log.module.css';
import { eventWords } from './event-words.ts';
import { detailsText, logText } from './log-text.ts';

const VERSION = String(import.meta.env.VITE_VERSION ?? 'dev');

/** This device's own log, for whoever wants to know what happened and for those who help. */
export function EventLog() {
  const [open, setOpen] = useState(false);
  return (
    <Details
      card
      summary={
        <h2>
          <Trans>Log of this device</Trans>
        </h2>
      }
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      {open && <Lines />}
    </Details>
  );
}

function Lines() {
  const { db } = useServices();
  const log = useEventLog(db);
  const copy = useCopy();
  const text = useLogText(log);
  if (!log) return null;
  return (
    <>
      <div className={styles.head}>
        <p>
          <Trans>What this device did lately. It holds no prompts, titles or addresses.</Trans>
        </p>
        <Button icon="copy" onClick={() => void copy(text())}>
          <Trans>Copy</Trans>
        </Button>
      </div>
      <ol className={styles.lines}>
        {log.lines.map((line) => (
          <Line key={line.seq} line={line} />
        ))}
      </ol>
    </>
  );
}

function Line({ line }: { readonly line: EventRecord }) {
  const { i18n } = useLingui();
  const format = useFormat();
  const words = eventWords(line);
  const count = format.number(line.count);
  const since = format.moment(line.firstAt);
  return (
    <li className={styles.line}>
      <time dateTime={new Date(line.at).toISOString()}>{format.moment(line.at)}</time>
      <span>
        {words ? i18n._(words) : line.kind}
        {line.count > 1 && (
          <span className={styles.repeated}>
            {' '}
            <Trans>
              ×{count} since {since}
            </Trans>
          </span>
        )}
      </span>
      <code>
        {line.by} {line.kind} {detailsText(line.details)}
      </code>
    </li>
  );
}

/** Made of what is on the screen already, so that it is there at the press: browsers copy nothing later. */
function useLogText(log: EventLogView | undefined): () => string {
  const { db, activity, online, live } = useServices();
  const summary = useLibrarySummary(db);
  const waiting = useWaiting(db);
  return () => {
    if (!log || !summary) return '';
    const head = {
      version: VERSION,
      userAgent: navigator.userAgent,
      nowMs: Date.now(),
      device: log.device,
      epoch: log.epoch,
      schema: log.schema,
      sync: activity.get().kind,
      online: online.get(),
      live: live.get(),
      summary,
      waitingSince: waiting?.since ?? null,
    };
    return logText(head, log.lines);
  };
}
