import { Workbox } from 'workbox-window';
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
  let applyUpdate = () => {};
  let findUpdate = () => location.reload();
  let install = async () => {};

  if (import.meta.env.PROD && 'serviceWorker' in navigator) {
    const workbox = new Workbox('/sw.js');
    let isWanted = false;
    workbox.addEventListener('waiting', () => (isWanted ? applyUpdate() : updateReady.set(true)));
    findUpdate = () => {
      if (updateReady.get()) return applyUpdate();
      isWanted = true;
      void workbox.update().catch(() => undefined);
    };
    applyUpdate = () => {
      // Only because a person asked: a worker that takes over never reloads a page by itself.
      workbox.addEventListener('controlling', () => location.reload());
      workbox.messageSkipWaiting();
      applyUpdate = () => {};
    };
    void workbox.register();
    setInterval(() => void workbox.update().catch(() => undefined), UPDATE_CHECK_MS);
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
    applyUpdate = () => location.reload();
    updateReady.set(true);
  };
  return {
    updateReady,
    canInstall,
    requireReload,
    applyUpdate: () => applyUpdate(),
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
