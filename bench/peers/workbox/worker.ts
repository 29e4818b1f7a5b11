/// <reference lib="webworker" />
import { Queue } from 'workbox-background-sync';

declare const self: ServiceWorkerGlobalScope;

const queue = new Queue('items');

self.addEventListener('install', () => void self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
// As the documentation of Queue has it: what cannot be sent now is kept.
self.addEventListener('fetch', (event) => {
  if (event.request.method !== 'POST') return;
  const send = async () => {
    try {
      return await fetch(event.request.clone());
    } catch {
      await queue.pushRequest({ request: event.request });
      return new Response('kept', { status: 202 });
    }
  };
  event.respondWith(send());
});
self.addEventListener('message', (event) => {
  const answer = async () => {
    if (event.data === 'replay') await queue.replayRequests().catch(() => undefined);
    event.ports[0]?.postMessage(await queue.size());
  };
  event.waitUntil(answer());
});
