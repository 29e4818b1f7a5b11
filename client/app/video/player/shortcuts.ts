import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';

export type Act =
  | 'toggle'
  | 'backward'
  | 'forward'
  | 'secondBack'
  | 'secondOn'
  | 'frameBack'
  | 'frameOn'
  | 'start'
  | 'end'
  | 'tenth'
  | 'slower'
  | 'faster'
  | 'loop'
  | 'mute'
  | 'fullscreen'
  | 'pictureInPicture'
  | 'previous'
  | 'next'
  | 'help';

export interface Shortcut {
  readonly act: Act;
  /** By the names that `keyName` gives. */
  readonly keys: readonly string[];
  readonly words: MessageDescriptor;
  /** Whether a key that is held does it again and again. */
  readonly repeats?: boolean;
}

/** Every key of the player, once: what is listened to, and what the list of them says. */
export const SHORTCUTS: readonly Shortcut[] = [
  { act: 'toggle', keys: ['K', ' '], words: msg`Play or pause` },
  { act: 'forward', keys: ['L'], words: msg`Play; again: faster` },
  { act: 'backward', keys: ['J'], words: msg`Play backwards; again: faster` },
  { act: 'frameBack', keys: [','], words: msg`One frame back`, repeats: true },
  { act: 'frameOn', keys: ['.'], words: msg`One frame on`, repeats: true },
  { act: 'secondBack', keys: ['ArrowLeft'], words: msg`One second back`, repeats: true },
  { act: 'secondOn', keys: ['ArrowRight'], words: msg`One second on`, repeats: true },
  { act: 'start', keys: ['Home'], words: msg`To the start` },
  { act: 'end', keys: ['End'], words: msg`To the end` },
  { act: 'tenth', keys: [...'0123456789'], words: msg`To that tenth of it` },
  { act: 'slower', keys: ['<'], words: msg`Slower` },
  { act: 'faster', keys: ['>'], words: msg`Faster` },
  { act: 'loop', keys: ['R'], words: msg`Repeat, or play once` },
  { act: 'mute', keys: ['M'], words: msg`Sound on or off` },
  { act: 'fullscreen', keys: ['F'], words: msg`Full screen` },
  { act: 'pictureInPicture', keys: ['P'], words: msg`Picture in picture` },
  { act: 'next', keys: ['Shift+N'], words: msg`Next video` },
  { act: 'previous', keys: ['Shift+P'], words: msg`Previous video` },
  { act: 'help', keys: ['?'], words: msg`This list` },
];

/** Keys that type something. A person who speaks to the device, or whose hand slips, can do without them. [WCAG 2.1.4] */
export function isTyped(key: string): boolean {
  return key !== ' ' && /^(Shift\+)?.$/.test(key);
}

/** Where a keyboard writes other letters or marks than these, the place of the key counts. */
const MARKS: Readonly<Record<string, string>> = { Comma: ',<', Period: '.>', Slash: '/?', Space: '  ' };

/** A key by one name whatever is held with it or written on it: `K`, `Shift+N`, `,`, `ArrowLeft`. */
export function keyName({ key, code, shiftKey }: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>): string {
  const isAscii = /^[ -~]$/.test(key);
  const isOther = !isAscii && (key === 'Process' || [...key].length === 1);
  const letter = isAscii ? /^[a-z]$/i.exec(key)?.[0] : isOther && /^Key(.)$/.exec(code)?.[1];
  if (letter) return `${shiftKey ? 'Shift+' : ''}${letter.toUpperCase()}`;
  return (isOther && MARKS[code]?.[shiftKey ? 1 : 0]) || key;
}
