/** More than any event of this protocol: whatever never ends a line is something else. */
const LONGEST_LINE = 65_536;

/**
 * Takes the text of an event stream in pieces, cut anywhere, and tells of each whole event. Comments,
 * ids and what has no data tell nothing.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 * @returns takes the next piece. @throws on a line that never ends
 */
export function createEventParser(onEvent: (name: string, data: string) => void): (text: string) => void {
  let rest = '';
  let name = '';
  let data: string[] = [];
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new Error('not an event stream');
    for (const line of lines) {
      const [, field, value = ''] = /^([^:\r]*)(?:: ?([^\r]*))?/.exec(line) ?? [];
      if (field === 'event') name = value;
      if (field === 'data') data.push(value);
      if (line !== '' && line !== '\r') continue;
      if (data.length > 0) onEvent(name, data.join('\n'));
      name = '';
      data = [];
    }
  };
}
