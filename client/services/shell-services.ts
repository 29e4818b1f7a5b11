import type { ShellServices } from '../app/services.ts';
import { createSource } from './observable.ts';

const UPDATE_CHECK_MS = 60 * 60_000;

/** Installs the service worker, and tells of updates and of the chance to install the app. */
export function createShellServices(): ShellServices & {
  /** Another tab runs a newer version already: this page has to be loaded again. */
  readonly requireReload: () => void;
} {
  const updateReady = createSource(false);
  const canInstall = createSource(false);
  let mustReload = false;
  let applyUpdate = () => {};
  let findUpdate = () => location.reload();
  let install = async () => {};

  if (import.meta.env.PROD && 'serviceWorker' in navigator) {
    let isWanted = false;
    findUpdate = () => {
      isWanted = true;
    };
    const follow = async () => {
      // Nothing that is on the first screen waits for it.
      const { Workbox } = await import('workbox-window');
      const workbox = new Workbox('/sw.js');
      const update = () => void workbox.update().catch(() => undefined);
      workbox.addEventListener('waiting', () => (isWanted ? applyUpdate() : updateReady.set(true)));
      findUpdate = () => {
        if (updateReady.get()) return applyUpdate();
        isWanted = true;
        update();
      };
      applyUpdate = () => {
        // Only because a person asked: a worker that takes over never reloads a page by itself.
        workbox.addEventListener('controlling', () => location.reload());
        workbox.messageSkipWaiting();
        applyUpdate = () => {};
      };
      await workbox.register();
      if (isWanted) update();
      setInterval(update, UPDATE_CHECK_MS);
    };
    // A page that misses a part of itself has the worker all the same.
    void follow().catch(() => navigator.serviceWorker.register('/sw.js').catch(() => undefined));
  }

  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    if (!isInstallPrompt(event)) return;
    canInstall.set(true);
    install = async () => {
      canInstall.set(false);
      await event.prompt();
    };
  });
  addEventListener('appinstalled', () => canInstall.set(false));

  const requireReload = () => {
    mustReload = true;
    updateReady.set(true);
  };
  return {
    updateReady,
    canInstall,
    requireReload,
    applyUpdate: () => (mustReload ? location.reload() : applyUpdate()),
    findUpdate: () => findUpdate(),
    install: () => install(),
  };
}

/** Not in TypeScript's DOM library: Chromium only. */
interface InstallPrompt extends Event {
  readonly prompt: () => Promise<unknown>;
}

function isInstallPrompt(event: Event): event is InstallPrompt {
  return 'prompt' in event;
}
