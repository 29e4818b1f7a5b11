import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Format } from '../i18n/use-format.ts';
import type { ImportState } from '../services.ts';

type Refusal = Extract<ImportState, { readonly kind: 'refused' }>['reason'];

const REFUSALS: Readonly<Record<Refusal, MessageDescriptor>> = {
  empty: msg`Not imported: the file is empty.`,
  folder: msg`Not imported: this is a folder. Choose the videos in it.`,
  unreadable: msg`Not imported: the file could not be read. It may have been moved or changed.`,
  not_video: msg`Not imported: this is not a video, whatever its name says.`,
  picture: msg`Not imported: this is a picture, not a video.`,
  audio: msg`Not imported: there is only sound in it, no picture.`,
  other_video: msg`Not imported: this kind of video file is not supported. MP4, MOV, WebM, Matroska and MPEG-TS are.`,
  truncated: msg`Not imported: the file is cut off; its end is missing. Copy it again from where it came.`,
  damaged: msg`Not imported: the file is damaged.`,
};

/** What became of a file, in a sentence. */
export function importWords(state: ImportState, format: Format): MessageDescriptor {
  switch (state.kind) {
    case 'waiting':
      return msg`Waiting`;
    case 'working': {
      if (state.share === null) return msg`Looking into the file`;
      if (state.share >= 1) return msg`Checking the copy`;
      const share = format.percent(state.share);
      return msg`Copying, ${share}`;
    }
    case 'imported':
      return state.playable
        ? msg`Imported. It plays offline.`
        : msg`Imported and kept whole, but this browser cannot play it. It can be downloaded.`;
    case 'duplicate':
      return state.inTrash
        ? msg`Already in your library, in the trash. It was not added again.`
        : msg`Already in your library. It was not added again.`;
    case 'refused':
      return REFUSALS[state.reason];
    case 'no_room': {
      const needed = format.bytes(state.needed);
      const free = format.bytes(state.free);
      return msg`No room: it needs ${needed}, and ${free} are free for this app. Nothing was lost.`;
    }
    case 'filled_up': {
      const [written, needed] = [format.bytes(state.written), format.bytes(state.needed)];
      return msg`No room: this device was full after ${written} of ${needed}. They are removed again, and nothing else was lost.`;
    }
    case 'not_kept':
      return msg`Not imported: this device did not give back what it was given to keep. Try again.`;
    case 'stopped':
    case 'failed':
      return msg`Not imported: the storage of this device had a problem. Try again.`;
  }
}
