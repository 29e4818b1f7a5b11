import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { SaveState } from '../../sync/save-state.ts';
import type { GenerationView, VideoView } from '../data/queries.ts';

/** One word for where a video stands. */
export const SAVE_WORDS: Readonly<Record<SaveState, MessageDescriptor>> = {
  pending: msg`Pending`,
  synced: msg`Synced`,
  failed: msg`Failed`,
};

/** Why a video stands there, in a sentence. */
export function causeWords({ cause, copy, origin }: Pick<VideoView, 'cause' | 'copy' | 'origin'>): MessageDescriptor {
  const isHere = copy.kind === 'kept';
  switch (cause.kind) {
    case 'safe':
      return msg`Saved on the server, and checked there.`;
    case 'not_sent':
      if (origin === 'imported' && isHere) {
        return msg`Only on this device so far. It is sent by itself as soon as there is a connection.`;
      }
      return msg`Not on the server yet. It is sent by itself as soon as there is a connection.`;
    case 'edits_not_sent':
      return msg`On the server. Your last changes are sent by themselves as soon as there is a connection.`;
    case 'not_offered':
      return isHere
        ? msg`The server knows of it; the video itself is only on this device so far.`
        : msg`The video itself is not on the server yet. It comes from the device that has it.`;
    case 'storing':
      return msg`The server is storing its copy.`;
    case 'not_stored':
      return cause.message
        ? msg`The server could not store its copy: ${cause.message}`
        : msg`The server could not store its copy.`;
    case 'unanswered_well':
      return msg`The server refused ${cause.failures} times in a row. It is tried again in the background.`;
    case 'rejected':
      return msg`The server did not accept this video: ${cause.message}`;
  }
}

/** What a generation is doing; its progress is heard before its row. */
export function generationWords(
  generation: GenerationView,
  seen: { readonly online: boolean; readonly rendering: boolean },
): MessageDescriptor {
  if (generation.status === 'failed') return msg`Failed`;
  if (seen.rendering) return msg`Rendering`;
  if (generation.unsent) return seen.online ? msg`Waiting to be sent` : msg`Will be sent when you are back online`;
  switch (generation.status) {
    case 'waiting_source':
      return msg`Waiting for its source image`;
    case 'queued':
      return msg`Queued`;
    case 'submitting':
      return msg`Being submitted`;
    case 'held':
      return msg`On hold: it may have been submitted already`;
    default:
      return msg`Rendering`;
  }
}
