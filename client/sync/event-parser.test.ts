import { expect, test } from 'vitest';
import { createEventParser } from './event-parser.ts';

const STREAM =
  ':\n\nevent: head\ndata: 12.abc\n\nevent: progress\r\ndata:{"a":1}\r\ndata: {"b": 2}\r\n\r\ndata: bare\n\nid: 7\nretry: 5\n\n:: data: no\ndata\n\nevent: head\n\ndata: 13.x\n\nevent: head\ndata: unfinished\n';
const EVENTS = [
  ['head', '12.abc'],
  ['progress', '{"a":1}\n{"b": 2}'],
  ['', 'bare'],
  ['', ''],
  ['', '13.x'],
];

test('tells of whole events only, wherever the pieces were cut', () => {
  for (let size = 1; size <= STREAM.length; size++) {
    const events: string[][] = [];
    const parse = createEventParser((name, data) => events.push([name, data]));
    for (let at = 0; at < STREAM.length; at += size) parse(STREAM.slice(at, at + size));
    expect({ size, events }).toEqual({ size, events: EVENTS });
  }
});

test('a line that never ends is no event stream', () => {
  const parse = createEventParser(() => undefined);
  const flood = () => {
    for (let n = 0; n < 100; n++) parse('x'.repeat(1_000));
  };
  expect(flood).toThrow('not an event stream');
});
