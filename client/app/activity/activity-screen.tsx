import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useEffect, useState } from 'react';
import type { GenerationStage } from '../../data/generation-stage.ts';
import { type GenerationView, useLibrarySummary, useOpenGenerations, useVideos } from '../../data/queries.ts';
import { useWaiting } from '../../data/waiting-query.ts';
import { useFormat } from '../i18n/use-format.ts';
import { useMessages } from '../i18n/use-messages.ts';
import { useServices } from '../services.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { useObservable } from '../use-observable.ts';
import { useTitle } from '../use-title.ts';
import styles from './activity-screen.module.css';
import { EventLog } from './event-log.tsx';
import { GenerationLine } from './generation-line.tsx';
import * as en from './i18n/activity.en.po';
import * as zh from './i18n/activity.zh-CN.po';
import { isStuck, StuckWarning } from './stuck-warning.tsx';
import { SyncState } from './sync-state.tsx';
import { VideoLine } from './video-line.tsx';

const SHOWN = 100;

/** What is on its way and what is stuck, and why. */
export function ActivityScreen() {
  return useMessages(MESSAGES) && <Activity />;
}

/** In every language, so that the next one is there when it is chosen. */
const MESSAGES = { en: en.messages, 'zh-CN': zh.messages };

function Activity() {
  const { t } = useLingui();
  const format = useFormat();
  const services = useServices();
  const { db, commands } = services;
  const syncing = useObservable(services.activity).kind === 'syncing';
  const generations = useOpenGenerations(db);
  const failed = useVideos(db, { filter: 'failed', limit: SHOWN });
  const pending = useVideos(db, { filter: 'pending', limit: SHOWN });
  const summary = useLibrarySummary(db);
  const waiting = useWaiting(db);
  const now = useNow();
  useTitle(t`Activity`);
  if (!generations || !failed || !pending || !summary || !waiting) return null;

  const groups = grouped(generations);
  const quiet = generations.length + failed.length + pending.length === 0;
  const lastSync = summary.lastSyncAt === null ? null : format.ago(summary.lastSyncAt, now);
  return (
    <div className={styles.screen}>
      <h1 className={styles.heading}>
        <Trans>Activity</Trans>
      </h1>
      <section className={styles.state}>
        <div>
          <div role="status">
            <SyncState stuck={isStuck(waiting, now)} />
          </div>
          <p className={styles.last}>
            {lastSync ? (
              <Trans>Last sync: {lastSync}</Trans>
            ) : (
              <Trans>Nothing has been synced on this device yet</Trans>
            )}
          </p>
          <LiveState />
        </div>
        <Button icon="syncing" busy={syncing} onClick={services.syncNow}>
          <Trans>Sync now</Trans>
        </Button>
      </section>
      <StuckWarning waiting={waiting} nowMs={now} />
      {quiet && (
        <Empty icon="synced" title={<Trans>Nothing is on its way</Trans>}>
          <Trans>What is being made, sent or stuck stands here, with the reason.</Trans>
        </Empty>
      )}
      <Group title={t`Could not be saved`} count={failed.length} action={<RetryAll ids={failed.map(({ id }) => id)} />}>
        {failed.map((video) => (
          <VideoLine key={video.id} video={video} onRetry={() => void commands.retry([video.id])} />
        ))}
      </Group>
      <Generations title={t`Needs your decision`} list={groups.held} />
      <Generations title={t`Could not be made`} list={groups.broken} />
      <Generations title={t`Being made`} list={groups.making} />
      <Generations title={t`Waiting to be sent`} list={groups.unsent} />
      <Group title={t`Waiting to be saved`} count={pending.length}>
        {pending.map((video) => (
          <VideoLine key={video.id} video={video} />
        ))}
      </Group>
      <EventLog />
    </div>
  );
}

function Generations({ title, list }: { readonly title: string; readonly list: readonly GenerationView[] }) {
  return (
    <Group title={title} count={list.length}>
      {list.map((generation) => (
        <GenerationLine key={generation.id} generation={generation} />
      ))}
    </Group>
  );
}

/** Newest first, but for what waits to be sent: that stands in the order in which it will be. */
function grouped(generations: readonly GenerationView[]) {
  const of = (...kinds: readonly GenerationStage['kind'][]) =>
    generations.filter(({ stage }) => kinds.includes(stage.kind));
  return {
    held: of('held'),
    broken: of('failed', 'not_accepted', 'picture_refused', 'partial'),
    making: of('sending', 'waiting_source', 'queued', 'submitting', 'running', 'cancelling'),
    unsent: of('unsent').reverse(),
  };
}

/** Whether what happens elsewhere is heard of at once; nothing is said where nobody listens. */
function LiveState() {
  const services = useServices();
  const live = useObservable(services.live);
  const online = useObservable(services.online);
  if (live === 'off' || !online) return null;
  return (
    <p className={styles.last}>
      {live === 'connected' ? (
        <Trans>Changes made elsewhere appear here at once</Trans>
      ) : (
        <Trans>Changes made elsewhere appear with the next sync</Trans>
      )}
    </p>
  );
}

function RetryAll({ ids }: { readonly ids: Parameters<ReturnType<typeof useServices>['commands']['retry']>[0] }) {
  const { commands } = useServices();
  return (
    <Button onClick={() => void commands.retry(ids)}>
      <Trans>Retry all</Trans>
    </Button>
  );
}

function Group(props: {
  readonly title: string;
  readonly count: number;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  const format = useFormat();
  if (props.count === 0) return null;
  return (
    <section className={styles.group}>
      <div className={styles.groupHead}>
        <h2>
          {props.title} <span className={styles.count}>{format.number(props.count)}</span>
        </h2>
        {props.action}
      </div>
      <ul className={styles.list}>{props.children}</ul>
    </section>
  );
}

/** The present minute, so that "5 minutes ago" does not stand still. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
