import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { EventRecord } from '../../data/database.ts';

/** What a line of the log tells, in a sentence; null for a kind that only a newer version knows. */
export function eventWords({ kind, details }: EventRecord): MessageDescriptor | null {
  switch (kind) {
    case 'exchange':
      return exchangeWords(details);
    case 'news':
      return newsWords(details);
    case 'refused':
      return msg`The server refused a request. It is sent again in smaller parts.`;
    case 'rejected':
      return msg`The server did not accept everything`;
    case 'retry':
      return msg`The server asked for something again`;
    case 'upgrade':
      return msg`This version is too old to read what is new`;
    case 'storage':
      return details.what === 'failed'
        ? msg`This device could not save`
        : details.what === 'closed'
          ? msg`The browser closed the storage`
          : msg`The storage was opened again`;
    case 'schema':
      return msg`The storage was brought up to date`;
    case 'lock':
      return details.what === 'busy'
        ? msg`Another tab or the background was syncing`
        : details.what === 'stolen'
          ? msg`Took over from a tab that was stuck`
          : msg`Another tab took over`;
    case 'trigger':
      return triggerWords(details.what);
    case 'live':
      return details.state === 'connected' ? msg`Live updates connected` : msg`Live updates interrupted`;
    case 'watchdog':
      return msg`Something has been waiting for long`;
    case 'worker_begin':
      return msg`Background work began`;
    case 'worker_end':
      return details.left === 'nothing' ? msg`Background work finished` : msg`Background work will be tried again`;
    default:
      return null;
  }
}

function exchangeWords(details: EventRecord['details']): MessageDescriptor {
  const pushed = Number(details.pushed ?? 0);
  const pulled = Number(details.pulled ?? 0);
  switch (details.outcome) {
    case 'ok':
      return pushed + pulled === 0
        ? msg`Asked the server: nothing new`
        : msg`Synced: ${pushed} sent, ${pulled} received`;
    case 'unauthorized':
      return msg`The server no longer knows this session`;
    case 'identity_changed':
      return msg`Someone else is signed in`;
    default:
      return details.status === null ? msg`The server was not reached` : msg`The server could not answer`;
  }
}

function newsWords(details: EventRecord['details']): MessageDescriptor {
  const pulled = Number(details.pulled ?? 0);
  return msg`Heard from the server: ${pulled} changed`;
}

function triggerWords(what: EventRecord['details'][string] | undefined): MessageDescriptor {
  switch (what) {
    case 'online':
      return msg`The network is back`;
    case 'offline':
      return msg`The network is gone`;
    case 'visible':
      return msg`The app came to the front`;
    case 'poke':
      return msg`The server announced a change`;
    case 'signed_out':
      return msg`Signed out`;
    default:
      return msg`The app was opened`;
  }
}
