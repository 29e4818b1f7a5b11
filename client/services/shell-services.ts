import { Workbox } from 'workbox-window';
import type { ShellServices } from '../app/services.ts';
import { createSource } from './observable.ts';

const UPDATE_CHECK_MS = 60 * 60_000;

/** Installs the service worker, and tells of updates and of the chance to install the app. */
export function createShellServices(): ShellServices {
  const updateReady = createSource(false);
  const canInstall = createSource(false);
  let applyUpdate = () => {};
  let install = async () => {};

  if (import.meta.env.PROD && 'serviceWorker' in navigator) {
    const workbox = new Workbox('/sw.js');
    workbox.addEventListener('waiting', () => updateReady.set(true));
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

  return { updateReady, canInstall, applyUpdate: () => applyUpdate(), install: () => install() };
}

/** Not in TypeScript's DOM library: Chromium only. */
interface InstallPrompt extends Event {
  readonly prompt: () => Promise<unknown>;
}

function isInstallPrompt(event: Event): event is InstallPrompt {
  return 'prompt' in event;
}
