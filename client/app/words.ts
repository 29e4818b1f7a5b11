import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { SaveCause, SaveState } from '../../sync/save-state.ts';
import type { GenerationStage } from '../data/generation-stage.ts';
import type { VideoView } from '../data/video-view.ts';

/** One word for where a video stands. */
export const SAVE_WORDS: Readonly<Record<SaveState, MessageDescriptor>> = {
  pending: msg`Pending`,
  synced: msg`Synced`,
  failed: msg`Failed`,
};

/**
 * Why a video stands there, in a sentence, and what is being done about it.
 * @param seen.percent how much of it this device has sent, written out
 * @param seen.putOff why it is not sent now, and how much there is to send
 */
export function standingWords(
  video: Pick<VideoView, 'cause' | 'copy' | 'origin' | 'upload'>,
  seen: {
    readonly online: boolean;
    readonly percent: string;
    readonly putOff: { readonly by: 'data' | 'wifi'; readonly size: string } | null;
  },
): MessageDescriptor {
  const { cause, upload, copy, origin } = video;
  if (cause.kind === 'not_sent' && origin === 'imported' && copy.kind === 'kept') {
    return msg`Only on this device so far. It is sent by itself as soon as there is a connection.`;
  }
  const isAboutBytes = cause.kind === 'not_offered' || cause.kind === 'storing' || cause.kind === 'not_stored';
  if (!isAboutBytes) return causeWords(cause);
  if (seen.putOff) {
    const { by, size } = seen.putOff;
    return by === 'wifi'
      ? msg`Waits for Wi-Fi to send ${size}.`
      : msg`Your browser saves data: ${size} is sent when you ask for it.`;
  }
  switch (upload.kind) {
    case 'checking':
      return msg`Uploaded from this device. The server is checking it.`;
    case 'sending':
      return seen.online ? msg`Uploading ${seen.percent}` : msg`Waiting for the network. ${seen.percent} is uploaded.`;
    case 'due':
      return seen.online
        ? msg`Waiting to be uploaded from this device.`
        : msg`Waiting for the network. It is uploaded from this device by itself.`;
    case 'none':
      return copy.kind === 'kept' ? causeWords(cause) : elsewhereWords(cause, origin);
  }
}

/** Where the bytes are of a video that neither this device nor the server has. */
function elsewhereWords(cause: SaveCause, origin: string): MessageDescriptor {
  if (cause.kind === 'not_offered') return msg`Only on another device so far. It is uploaded from there.`;
  if (cause.kind === 'storing' && origin === 'imported') return msg`Being uploaded from another device.`;
  if (cause.kind !== 'not_stored') return causeWords(cause);
  return cause.message
    ? msg`The server could not get this video: ${cause.message}. If another of your devices has it, it is sent from there.`
    : msg`The server could not get this video. If another of your devices has it, it is sent from there.`;
}

function causeWords(cause: SaveCause): MessageDescriptor {
  switch (cause.kind) {
    case 'safe':
      return msg`Saved on the server, and checked there.`;
    case 'not_sent':
      return msg`Not on the server yet. It is sent by itself as soon as there is a connection.`;
    case 'edits_not_sent':
      return msg`On the server. Your last changes are sent by themselves as soon as there is a connection.`;
    case 'not_offered':
      return msg`The server knows of it and does not have it yet.`;
    case 'storing':
      return msg`The server is storing its copy.`;
    case 'bytes_refused':
      return cause.code === 'unreadable'
        ? msg`This device can no longer read its copy, and the server has none.`
        : msg`The server did not take the file: ${cause.message}`;
    case 'bytes_differ':
      return msg`The server has another file for this video than this device. The copy here is kept.`;
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

/** Where a generation stands, in a word or two; its progress is heard before its row. */
export function generationWords(
  stage: GenerationStage,
  seen: { readonly online: boolean; readonly rendering: boolean },
): MessageDescriptor {
  if (seen.rendering && stage.kind !== 'cancelling') return msg`Rendering`;
  switch (stage.kind) {
    case 'unsent':
      return seen.online ? msg`Waiting to be sent` : msg`Will be sent when you are back online`;
    case 'sending':
      return seen.online ? msg`Being sent` : msg`Waiting for an answer`;
    case 'not_accepted':
    case 'picture_refused':
      return msg`Not accepted`;
    case 'waiting_source':
      return msg`Waiting for its source image`;
    case 'queued':
      return msg`Queued`;
    case 'submitting':
      return msg`Being submitted`;
    case 'held':
      return msg`On hold`;
    case 'running':
      return msg`Rendering`;
    case 'cancelling':
      return msg`Being cancelled`;
    case 'partial':
      return msg`${stage.made} of ${stage.asked} made`;
    case 'failed':
      return msg`Failed`;
  }
}

/** Why it needs the person, as far as it does; null where it goes on by itself. */
export function troubleWords(stage: GenerationStage): string | MessageDescriptor | null {
  switch (stage.kind) {
    case 'held':
      return msg`We cannot know whether it was started. Starting it again may cost twice.`;
    case 'not_accepted':
      return stage.message;
    case 'picture_refused':
      return msg`The server does not take its picture: ${stage.message}`;
    case 'partial':
      return stage.message ?? msg`Not every video was made. What was made is in your library.`;
    case 'failed':
      return stage.message ?? msg`The provider gave no reason.`;
    default:
      return null;
  }
}
