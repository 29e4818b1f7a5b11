import * as v from 'valibot';
import { type Notice, NoticeSchema } from '../../sync/notice.ts';
import { createNoticeStore } from '../data/notice-store.ts';
import { wait } from '../media/ports.ts';
import { sendSubscription } from '../sync/push-subscription.ts';
import type { ActiveLibrary } from './library.ts';
import type { WorkerScope } from './worker-scope.ts';

export interface NoticesDeps {
  readonly scope: WorkerScope;
  readonly library: ActiveLibrary;
  /** Syncs to the end; `onHeard` comes once the server was heard, or not reached. */
  readonly sync: (onHeard: () => void) => Promise<void>;
  readonly showBadge: () => Promise<void>;
}

/** How long a person waits for the name of what is ready. */
const PATIENCE_MS = 8_000;

/** Tells of what ended while the app was closed, with the video here before anyone looks. */
export function installNotices(deps: NoticesDeps): void {
  const { scope } = deps;
  scope.addEventListener('push', (event) => event.waitUntil(onPush(deps, event.data)));
  scope.addEventListener('notificationclick', (event) => {
    event.notification.close();
    event.waitUntil(open(scope, String(event.notification.data)));
  });
  scope.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew(scope, event)));
}

/** Ends in a notification whatever becomes of the sync: a browser that sees none takes the permission away. */
async function onPush(deps: NoticesDeps, data: PushMessageData | null): Promise<void> {
  let onHeard = () => {};
  const heard = new Promise<void>((resolve) => {
    onHeard = resolve;
  });
  const synced = deps.sync(onHeard).catch(() => undefined);
  await Promise.race([heard, synced, wait(PATIENCE_MS, new AbortController().signal)]);
  await show(deps, read(data));
  await synced;
  await deps.showBadge();
}

function read(data: PushMessageData | null): Notice | null {
  try {
    return v.parse(NoticeSchema, data?.json());
  } catch {
    return null;
  }
}

async function show({ scope, library }: NoticesDeps, notice: Notice | null): Promise<void> {
  const words = await createNoticeStore()
    .read()
    .catch(() => null);
  const body = notice ? await nameOf(library, notice).catch(() => '') : '';
  await scope.registration.showNotification((notice && words?.words[notice.kind]) ?? 'VidFab', {
    body,
    // Told twice, it is shown once.
    tag: notice?.generation ?? '',
    icon: '/icons/icon-192.png',
    data: notice?.video ? `/video/${notice.video}` : '/activity',
  });
}

/** What the person asked for; nothing where their library does not have it. */
async function nameOf(library: ActiveLibrary, { generation }: Notice): Promise<string> {
  const opened = await library.open();
  return (await opened?.db.generations.get(generation))?.create.prompt ?? '';
}

async function open({ clients }: WorkerScope, path: string): Promise<void> {
  const [page] = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (!page) return void (await clients.openWindow(path));
  await page.focus();
  page.postMessage({ type: 'OPEN', path });
}

/** The browser, or its push service, gave this one another address. Where that fails the page does it at its next start. */
async function renew({ registration }: WorkerScope, change: PushSubscriptionChangeEvent): Promise<void> {
  const options = change.oldSubscription?.options;
  const subscription = change.newSubscription ?? (options && (await registration.pushManager.subscribe(options)));
  if (subscription) await sendSubscription(subscription);
}
