import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as v from 'valibot';
import { asExpression, type Engine, type EngineDriver } from './engine.ts';
import { answers, ended, findProgram, freePort, startProgram } from './processes.ts';

const driverProgram = findProgram('WebKitWebDriver');
const BROWSER = join(import.meta.dirname, 'webkit-browser.py');

/** WebKitGTK, the engine of Epiphany, through its WebDriver. */
export const webkit: Engine = {
  name: 'WebKitGTK',
  missing: findMissing(),
  open: async (profile) => open(driverProgram ?? '', profile),
};

function findMissing(): string | null {
  if (!driverProgram) return 'webkit2gtk-driver is not installed';
  if (!findProgram('Xvfb')) return 'xvfb is not installed';
  const gi = 'import gi; gi.require_version("WebKit2", "4.1"); from gi.repository import WebKit2';
  return spawnSync('/usr/bin/python3', ['-c', gi]).status === 0
    ? null
    : 'python3-gi or gir1.2-webkit2-4.1 is not installed';
}

const SessionSchema = v.object({
  sessionId: v.string(),
  capabilities: v.object({ browserVersion: v.string() }),
});
const ErrorSchema = v.object({ error: v.string(), message: v.string() });

async function open(path: string, profile: string): Promise<EngineDriver> {
  // It needs a screen, if only to draw on.
  const screen = startProgram(['Xvfb', '-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp']);
  const DISPLAY = `:${await screen.says(/^(\d+)\n/m)}`;
  const port = await freePort();
  const driver = startProgram([path, `--port=${port}`], { DISPLAY, GDK_BACKEND: 'x11' });
  const send = (method: string, to: string, body?: object) => request(`http://127.0.0.1:${port}${to}`, method, body);
  await answers(() => send('GET', '/status'));
  const browser = { binary: BROWSER, args: [profile] };
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': browser } };
  const session = v.parse(SessionSchema, await send('POST', '/session', { capabilities }));
  const at = `/session/${session.sessionId}`;
  await send('POST', `${at}/timeouts`, { script: 60_000, pageLoad: 60_000 });
  const perform = async (source: object) => void (await send('POST', `${at}/actions`, { actions: [source] }));
  return {
    version: session.capabilities.browserVersion,
    go: async (url) => void (await send('POST', `${at}/url`, { url })),
    evaluate: async (act, given) => {
      const script = `const tell = arguments[0];
        ${asExpression(act, given)}.then((value) => tell({ value }), (error) => tell({ error: String(error) }))`;
      const result = v.parse(ResultSchema, await send('POST', `${at}/execute/async`, { script, args: [] }));
      if ('error' in result) throw new Error(result.error);
      return JSON.parse(result.value);
    },
    clickAt: ({ x, y }) =>
      perform({
        type: 'pointer',
        id: 'mouse',
        actions: [
          { type: 'pointerMove', x: Math.round(x), y: Math.round(y), duration: 0 },
          { type: 'pointerDown', button: 0 },
          { type: 'pointerUp', button: 0 },
        ],
      }),
    type: (text) =>
      perform({
        type: 'key',
        id: 'keys',
        actions: Array.from(text, (value) => ['keyDown', 'keyUp'].map((type) => ({ type, value }))).flat(),
      }),
    quit: async () => {
      await send('DELETE', at).catch(() => undefined);
      await ended(driver.child, 'SIGTERM');
      await ended(screen.child, 'SIGTERM');
    },
  };
}

const ResultSchema = v.union([v.object({ value: v.string() }), v.object({ error: v.string() })]);
const ReplySchema = v.object({ value: v.unknown() });

async function request(url: string, method: string, body?: object): Promise<unknown> {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = v.parse(ReplySchema, await response.json());
  if (response.ok) return value;
  const { error, message } = v.parse(ErrorSchema, value);
  throw new Error(`${error}: ${message}`);
}
