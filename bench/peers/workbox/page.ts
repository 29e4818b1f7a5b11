import { makeVideos } from '../../rows.ts';

/** The browser would replay by itself some time after the network is back; a bench cannot wait for that. */
const REPLAY_EVERY_MS = 1000;
const never = () => Promise.reject(new Error('it only queues requests'));

window.bench = {
  open: async () => {
    await navigator.serviceWorker.register('/__bench/workbox-worker.js', { scope: '/__bench/' });
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((resolve) => {
      navigator.serviceWorker.oncontrollerchange = resolve;
    });
  },
  addPending: async (seed, count) => {
    for (const video of makeVideos(seed, count)) {
      await fetch('/items', { method: 'POST', body: JSON.stringify(video) });
    }
  },
  live: async () => {
    await tell('replay');
    setInterval(() => void tell('replay'), REPLAY_EVERY_MS);
  },
  pending: () => tell('size'),
  firstSync: never,
  push: never,
  count: never,
  has: never,
  edit: never,
  seen: never,
};

function tell(what: 'replay' | 'size'): Promise<number> {
  const { port1, port2 } = new MessageChannel();
  navigator.serviceWorker.controller?.postMessage(what, [port2]);
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
  });
}
