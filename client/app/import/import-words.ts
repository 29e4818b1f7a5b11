import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Format } from '../i18n/use-format.ts';
import type { ExportState, ImportState } from '../services.ts';
import { pictureWords } from './picture-words.ts';

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
  zip_cut: msg`Not imported: the archive is cut off; its end is missing. Copy it again from where it came.`,
  zip_damaged: msg`Not imported: the archive is damaged.`,
  zip_packed: msg`Not imported: another program packed this archive anew. Choose the one that VidFab made.`,
  zip_foreign: msg`Not imported: this archive is not a library that VidFab exported.`,
  zip_newer: msg`Not imported: a newer version of VidFab made this archive. Update the app, then try again.`,
  zip_unreadable: msg`Not imported: the archive could not be read. It may have been moved or changed.`,
};

const NOT_EXPORTED: Readonly<
  Record<Extract<ExportState, { readonly kind: 'not_exported' }>['reason'], MessageDescriptor>
> = {
  not_stored: msg`Not in the archive: neither this device nor the server has its file yet.`,
  not_here: msg`Not in the archive: its file is not on this device, and the server was not reached.`,
  lost: msg`Not in the archive: its file is missing on the server.`,
};

const EXPORT_FAILED: Readonly<
  Record<Extract<ExportState, { readonly kind: 'export_failed' }>['reason'], MessageDescriptor>
> = {
  full: msg`Not exported: there is no room for the archive. Choose another place, or fewer videos.`,
  stopped: msg`Stopped. Nothing was saved.`,
  trouble: msg`Not exported: a file could not be read or written to its end. Nothing was saved; try again.`,
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
    case 'picture':
      if (state.problem === null) return msg`This picture is kept here until you begin a film with it, or discard it.`;
      return state.problem === 'elsewhere'
        ? msg`It was used or discarded in another tab, or is being used there.`
        : pictureWords(state.problem, format);
    case 'library':
      return libraryWords(state);
    case 'exporting': {
      const share = format.percent(state.share);
      return msg`Writing the archive, ${share}`;
    }
    case 'exported':
      return exportedWords(state, format);
    case 'handed_over':
      return msg`Your browser downloads it now. What could not be put into it is named in the library.json inside.`;
    case 'not_exported':
      return NOT_EXPORTED[state.reason];
    case 'export_failed':
      return EXPORT_FAILED[state.reason];
    case 'not_kept':
      return msg`Not imported: this device did not give back what it was given to keep. Try again.`;
    case 'stopped':
    case 'failed':
      return msg`Not imported: the storage of this device had a problem. Try again.`;
  }
}

/** The added first, since that is what was asked for; what is zero is not worth a word. */
function libraryWords({ added, here, without, refused }: Extract<ImportState, { kind: 'library' }>): MessageDescriptor {
  const left = without + refused;
  if (left > 0) {
    return msg`Videos added: ${added}. Already in your library: ${here}. Not added: ${left}, of which ${without} have no file in the archive.`;
  }
  if (added === 0) return msg`All ${here} videos were in your library already. Nothing was added twice.`;
  return msg`Videos added: ${added}. Already in your library: ${here}.`;
}

function exportedWords(
  { videos, missing, ...rest }: Extract<ImportState, { kind: 'exported' }>,
  format: Format,
): MessageDescriptor {
  const bytes = format.bytes(rest.bytes);
  return missing > 0
    ? msg`Videos exported: ${videos}, ${bytes}. Without their files: ${missing}; the library.json inside says why.`
    : msg`Videos exported: ${videos}, ${bytes}.`;
}
