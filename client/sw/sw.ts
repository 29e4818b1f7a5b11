import type { UserDatabase } from '../data/database.ts';
import { createLog } from '../data/event-log.ts';
import { createNotices } from '../data/notice-store.ts';
import { countVideos } from '../data/reads.ts';
import { createSessionState } from '../data/session.ts';
import { createSyncStore } from '../data/sync-store.ts';
import { browserPorts } from '../media/browser-ports.ts';
import { createMissingFetcher } from '../media/fetch-missing.ts';
import { inTurn, type Turn } from '../media/in-turn.ts';
import { createNativeSha256, NATIVE_MAX_BYTES } from '../media/native-sha256.ts';
import { wait } from '../media/ports.ts';
import { uploadInTurn } from '../media/uploader.ts';
import { syncOnce } from '../sync/sync-once.ts';
import { syncInBackground } from './background-sync.ts';
import { createActiveLibrary, type Library } from './library.ts';
import { loggedEvent } from './logged-event.ts';
import { installMediaRoute } from './media-route.ts';
import { installNotices } from './notices.ts';
import { installShareTarget } from './share-target.ts';
import { installShell } from './shell.ts';
import type { WorkerScope } from './worker-scope.ts';

declare const self: WorkerScope;

/** A browser ends an event after five minutes; half of that leaves room for what it does besides. */
const EVENT_MS = 150_000;
const SYNC_MS = 110_000;

const session = createSessionState();
const library = createActiveLibrary(session);

installMediaRoute(library);
installShareTarget(session);
installShell(self, self.__WB_MANIFEST);

self.addEventListener('sync', (event) => {
  if (event.tag === 'vidfab-sync') event.waitUntil(loggedEvent(library, 'sync', () => onSync()));
});
self.addEventListener('periodicsync', (event) => {
  if (event.tag === 'vidfab-periodic') event.waitUntil(loggedEvent(library, 'periodicsync', () => onSync()));
});

installNotices(self, {
  library,
  notices: createNotices(),
  later: (ms) => wait(ms, AbortSignal.timeout(ms)),
  sync: (onHeard) => loggedEvent(library, 'push', () => onSync(onHeard)),
  showBadge: async () => {
    const opened = await library.open();
    if (opened) await showBadge(opened);
  },
});

function onSync(onHeard = () => {}): Promise<void> {
  return syncInBackground({
    library,
    sync: ({ user, db }, signal) => {
      const asked = Date.now();
      const deps = { user, store: createSyncStore(db), signal, log: createLog(db, 'worker'), maySteal: () => true };
      return syncOnce(deps, { askedAt: () => asked, steal: false, onBegin: () => undefined }).finally(onHeard);
    },
    upload: ({ user, db, uploader }, signal) => uploadInTurn(uploader, { ...turnOf(db), user }, signal),
    fetchMedia,
    setExpired: session.setExpired,
    isPageVisible: async () => {
      const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
      return pages.some(({ visibilityState }) => visibilityState === 'visible');
    },
    showPending: showBadge,
    wait,
    signal: AbortSignal.timeout(EVENT_MS),
    syncSignal: AbortSignal.timeout(SYNC_MS),
  });
}

/** What is pending; at least what was told and not looked at. */
async function showBadge({ db }: Library): Promise<void> {
  if (!('setAppBadge' in navigator)) return;
  const pending = await countVideos(db, 'pending');
  const { length: told } = await self.registration.getNotifications();
  await navigator.setAppBadge(Math.max(pending, told)).catch(() => undefined);
}

function turnOf(db: UserDatabase): Turn {
  const log = createLog(db, 'worker');
  return { maySteal: () => true, onEvent: (what) => log({ kind: 'lock', details: { what } }) };
}

function fetchMedia({ user, db, tables }: Library, signal: AbortSignal): Promise<unknown> {
  const fetcher = createMissingFetcher({
    ...browserPorts(),
    tables,
    sha256: createNativeSha256,
    maxBytes: NATIVE_MAX_BYTES,
  });
  return inTurn({ ...turnOf(db), kind: 'media', user, signal }, (hold) =>
    fetcher.run({ signal: hold.signal, onStep: hold.touch }),
  );
}
