import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { MAX_SOURCE_SIDE, MIN_SOURCE_SIDE } from '../../../sync/source-image.ts';
import type { Format } from '../i18n/use-format.ts';
import type { PictureTrouble } from '../services.ts';

/** Why a picture was not taken, and what helps. */
export function pictureWords(trouble: PictureTrouble, { number }: Pick<Format, 'number'>): MessageDescriptor {
  const [least, most] = [number(MIN_SOURCE_SIDE), number(MAX_SOURCE_SIDE)];
  switch (trouble) {
    case 'not_a_picture':
      return msg`That is no picture that can be used. Take a JPEG, PNG or WebP file.`;
    case 'too_large':
      return msg`That file is too large. A picture has at most 10 MB.`;
    case 'too_small':
      return msg`That picture is too small. It has to be ${least} pixels wide and high at least.`;
    case 'too_wide':
      return msg`That picture is too large. It may be ${most} pixels wide and high at most.`;
    case 'no_room':
      return msg`There is no room for it on this device. Free some space in Settings, then add it again.`;
    case 'trouble':
      return msg`It could not be kept on this device. Try it once more.`;
  }
}
