import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Bidi, connectBidi } from './bidi.ts';
import { asExpression, type Engine, type EngineDriver } from './engine.ts';
import { ended, findProgram, startProgram } from './processes.ts';

const program = findProgram('firefox-esr');

/** Debian's Firefox ESR, which speaks WebDriver BiDi by itself. */
export const firefox: Engine = {
  name: 'Firefox ESR',
  missing: program ? null : 'firefox-esr is not installed',
  open: async (profile) => open(program ?? '', profile),
};

/** No calls home, which a closed network would turn into waits; videos play without a person's gesture. */
const PREFERENCES = `user_pref("app.normandy.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("media.autoplay.default", 0);
`;

const TreeSchema = v.object({ contexts: v.pipe(v.array(v.object({ context: v.string() })), v.minLength(1)) });
const SessionSchema = v.object({ capabilities: v.object({ browserVersion: v.string() }) });
const ResultSchema = v.variant('type', [
  v.object({ type: v.literal('success'), result: v.object({ value: v.string() }) }),
  v.object({ type: v.literal('exception'), exceptionDetails: v.object({ text: v.string() }) }),
]);

async function open(path: string, profile: string): Promise<EngineDriver> {
  writeFileSync(join(profile, 'user.js'), PREFERENCES);
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0', 'about:blank'];
  const { child, says } = startProgram([path, ...args]);
  const bidi = await connectBidi(`${await says(/WebDriver BiDi listening on (ws:\S+)/)}/session`);
  const session = v.parse(SessionSchema, await bidi.send('session.new', { capabilities: {} }));
  const tree = v.parse(TreeSchema, await bidi.send('browsingContext.getTree', {}));
  const context = tree.contexts[0]?.context ?? '';
  return {
    version: session.capabilities.browserVersion,
    go: async (to) => void (await bidi.send('browsingContext.navigate', { context, url: to, wait: 'complete' })),
    evaluate: async (act, given) => JSON.parse(await evaluate(bidi, context, asExpression(act, given))),
    clickAt: ({ x, y }) =>
      perform(bidi, context, {
        type: 'pointer',
        id: 'mouse',
        actions: [
          { type: 'pointerMove', x, y },
          { type: 'pointerDown', button: 0 },
          { type: 'pointerUp', button: 0 },
        ],
      }),
    type: (text) =>
      perform(bidi, context, {
        type: 'key',
        id: 'keys',
        actions: Array.from(text, (value) => ['keyDown', 'keyUp'].map((type) => ({ type, value }))).flat(),
      }),
    quit: async () => {
      await bidi.send('browser.close', {}).catch(() => undefined);
      bidi.close();
      await ended(child);
    },
  };
}

async function evaluate(bidi: Bidi, context: string, expression: string): Promise<string> {
  const reply = await bidi.send('script.evaluate', { expression, target: { context }, awaitPromise: true });
  const result = v.parse(ResultSchema, reply);
  if (result.type === 'exception') throw new Error(result.exceptionDetails.text);
  return result.result.value;
}

async function perform(bidi: Bidi, context: string, source: object): Promise<void> {
  await bidi.send('input.performActions', { context, actions: [source] });
}
