export interface EventReader {
  /** The next event not yet asked for; with a name, the next of that name, past all others. */
  readonly next: (name?: string) => Promise<{ readonly name: string; readonly data: string }>;
  /** Every event so far. */
  readonly seen: readonly { readonly name: string; readonly data: string }[];
  /** Nothing has come that was not asked for. */
  readonly isQuiet: () => boolean;
  readonly heartbeats: () => number;
  /** The stream's end, by whichever side. */
  readonly ended: Promise<void>;
  readonly cancel: () => Promise<void>;
}

/** Reads server-sent events off a reply as they come. */
export function readEvents(reply: Response): EventReader {
  const reader = reply.body?.getReader();
  if (reply.status !== 200 || !reader) throw new Error(`no event stream, but ${reply.status}`);
  const seen: { name: string; data: string }[] = [];
  let asked = 0;
  let beats = 0;
  let notify = () => {};

  const take = (block: string) => {
    if (block.startsWith(':')) beats++;
    else {
      const [, name = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      seen.push({ name, data });
      notify();
    }
  };
  const read = async () => {
    const decoder = new TextDecoder();
    let text = '';
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      const blocks = (text + decoder.decode(chunk.value, { stream: true })).split('\n\n');
      text = blocks.pop() ?? '';
      blocks.forEach(take);
    }
  };
  const ended = read().catch(() => undefined);

  const next = async (): Promise<{ readonly name: string; readonly data: string }> => {
    const index = asked++;
    while (seen[index] === undefined) {
      const more = new Promise<'more'>((resolve) => {
        notify = () => resolve('more');
      });
      if (seen[index] === undefined && (await Promise.race([more, ended])) !== 'more') throw new Error('it ended');
    }
    return seen[index];
  };

  return {
    seen,
    ended,
    heartbeats: () => beats,
    isQuiet: () => asked === seen.length,
    next: async (name) => {
      let event = await next();
      while (name !== undefined && event.name !== name) event = await next();
      return event;
    },
    cancel: () => reader.cancel(),
  };
}
