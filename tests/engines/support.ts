/** What a browser has of what the app can use; a word where a yes or no would say too little. */
export interface Support {
  readonly serviceWorker: boolean;
  readonly install: boolean;
  readonly backgroundSync: boolean;
  readonly periodicSync: boolean;
  readonly webLocks: boolean;
  readonly blobsInDatabase: boolean;
  readonly estimate: boolean;
  /** `asks`: it asks the person, who is not there. */
  readonly persist: 'granted' | 'refused' | 'asks' | 'absent';
  readonly originFiles: boolean;
  readonly h264: boolean;
  readonly push: boolean;
  readonly notifications: boolean;
  readonly badge: boolean;
  readonly share: boolean;
  readonly savePicker: boolean;
  /** Wi-Fi told from mobile data. */
  readonly networkKind: boolean;
}

/** Inside of a page. Uses nothing but what a page has; what can be tried is tried. */
export async function measureSupport(): Promise<Support> {
  const soon = <T>(promise: Promise<T> | undefined, otherwise: T) =>
    Promise.race([promise ?? otherwise, new Promise<T>((resolve) => setTimeout(resolve, 3_000, otherwise))]);
  const works = (attempt: () => Promise<unknown>) =>
    soon(
      attempt().then(
        () => true,
        () => false,
      ),
      false,
    );
  const keepsBlobs = () =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open('support');
      request.onupgradeneeded = () => request.result.createObjectStore('blobs');
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const writing = request.result.transaction('blobs', 'readwrite');
        writing.objectStore('blobs').put(new Blob(['kept']), 1);
        writing.onabort = () => reject(writing.error);
        writing.oncomplete = () => {
          const reading = request.result.transaction('blobs').objectStore('blobs').get(1);
          reading.onsuccess = () =>
            reading.result.text().then((text: string) => (text === 'kept' ? resolve(text) : reject(text)), reject);
        };
      };
    });
  const storage: Partial<StorageManager> = 'storage' in navigator ? navigator.storage : {};
  const persist = async (): Promise<Support['persist']> => {
    if (!storage.persist) return 'absent';
    return soon<Support['persist']>(
      navigator.storage.persist().then((granted) => (granted ? 'granted' : 'refused')),
      'asks',
    );
  };
  return {
    serviceWorker: 'serviceWorker' in navigator && navigator.serviceWorker.controller !== null,
    install: 'onbeforeinstallprompt' in window,
    backgroundSync: 'SyncManager' in window,
    periodicSync: 'PeriodicSyncManager' in window,
    webLocks: 'locks' in navigator && (await works(() => navigator.locks.request('support', async () => undefined))),
    blobsInDatabase: await works(keepsBlobs),
    estimate: storage.estimate !== undefined && (await works(() => navigator.storage.estimate())),
    persist: await persist(),
    originFiles: storage.getDirectory !== undefined && (await works(() => navigator.storage.getDirectory())),
    h264: document.createElement('video').canPlayType('video/mp4; codecs="avc1.42E01E"') !== '',
    push: 'PushManager' in window,
    notifications: 'Notification' in window,
    badge: 'setAppBadge' in navigator,
    share: 'share' in navigator,
    savePicker: 'showSaveFilePicker' in window,
    networkKind: typeof Reflect.get(Reflect.get(navigator, 'connection') ?? {}, 'type') === 'string',
  };
}

/** What README's table has to say of it, row by row. */
export function rowsOf(support: Support): readonly (readonly [string, string])[] {
  const yes = (has: boolean) => (has ? 'yes' : 'no');
  return [
    ['Service worker', yes(support.serviceWorker)],
    ['H.264, offline too', yes(support.h264)],
    ['Web Locks', yes(support.webLocks)],
    ['Blobs in IndexedDB', yes(support.blobsInDatabase)],
    ['Background Sync', yes(support.backgroundSync)],
    ['Periodic Background Sync', yes(support.periodicSync)],
    ['Says how much is stored', yes(support.estimate)],
    ['Storage that is kept for good', PERSIST_WORDS[support.persist]],
    ['Files of the origin (OPFS)', yes(support.originFiles)],
    ['Install by a button', yes(support.install)],
    ['Push messages', yes(support.push)],
    ['Badge on the icon', yes(support.badge)],
    ['Hands files to other apps', yes(support.share)],
    ['Asks where to save', yes(support.savePicker)],
    ['Tells Wi-Fi from mobile data', yes(support.networkKind)],
  ];
}

const PERSIST_WORDS = { granted: 'yes', refused: 'decides', asks: 'asks', absent: 'no' } as const;
