import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Station } from './station.ts';

/** Asks a page for what is measured, and nothing else of it. */
export interface Bystander {
  /** Of the page: bytes of its heap, and of the buffers that it holds. */
  readonly heap: () => Promise<{ readonly usedSize: number; readonly backingStorageSize: number }>;
  readonly processes: () => Promise<readonly { readonly id: number; readonly type: string }[]>;
  /** What an expression comes to in the page. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  readonly close: () => void;
}

export async function standBy({ page }: Station): Promise<Bystander> {
  const cdp = await page.context().browser()?.newBrowserCDPSession();
  const { commandLine = '' } = (await cdp?.send('SystemInfo.getInfo')) ?? {};
  const profile = /--user-data-dir=(\S+)/.exec(commandLine)?.[1] ?? '';
  const [port, path] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).trim().split('\n');
  const { send, close } = await openSocket(`ws://127.0.0.1:${port}${path}`);
  const { targetInfos } = v.parse(TargetsSchema, await send('Target.getTargets'));
  const target = targetInfos.find(({ type, url }) => type === 'page' && url.startsWith('http'));
  const attached = await send('Target.attachToTarget', { targetId: target?.targetId, flatten: true });
  const { sessionId } = v.parse(v.object({ sessionId: v.string() }), attached);
  return {
    close,
    heap: async () => v.parse(HeapSchema, await send('Runtime.getHeapUsage', {}, sessionId)),
    processes: async () => v.parse(ProcessesSchema, await send('SystemInfo.getProcessInfo')).processInfo,
    evaluate: async (expression) => {
      const asked = { expression, awaitPromise: true, returnByValue: true };
      return v.parse(ResultSchema, await send('Runtime.evaluate', asked, sessionId)).result.value;
    },
  };
}

/**
 * Drives a browser no longer. Who drives it listens to its network, for which Chromium keeps and passes on
 * every body: 3 GB of memory for an upload of one.
 */
export async function letGo({ page }: Station): Promise<void> {
  await page.context().browser()?.close();
}

const TargetsSchema = v.object({
  targetInfos: v.array(v.object({ targetId: v.string(), type: v.string(), url: v.string() })),
});
const HeapSchema = v.object({ usedSize: v.number(), backingStorageSize: v.number() });
const ProcessesSchema = v.object({ processInfo: v.array(v.object({ id: v.number(), type: v.string() })) });
const ResultSchema = v.object({ result: v.object({ value: v.optional(v.unknown()) }) });
const AnswerSchema = v.object({ id: v.optional(v.number()), result: v.optional(v.unknown()) });

async function openSocket(url: string) {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error('the browser does not answer')));
  });
  const waiting = new Map<number, (result: unknown) => void>();
  let count = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id = 0, result } = v.parse(AnswerSchema, JSON.parse(String(data)));
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  return {
    close: () => socket.close(),
    send: (method: string, params: object = {}, sessionId?: string) =>
      new Promise<unknown>((resolve) => {
        count++;
        waiting.set(count, resolve);
        socket.send(JSON.stringify({ id: count, method, params, sessionId }));
      }),
  };
}
