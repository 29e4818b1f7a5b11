// `npm run shots -- [folder]`: every screen in every state, at three sizes, in both themes and all languages.
// The screens of the README are the real app on the real server; the states come from made-up services.
// --only=activity,sign  states whose names begin so    --rtl  from right to left as well
// --widths=390,1440                                    --languages=en,zh-CN
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { type Language, wordsOf } from '../tests/support/app-words.ts';
import { STATES, showState } from '../tests/support/states.ts';
import { createCamera } from './camera.ts';
import { chromiumArgs, findChromium } from './chromium.ts';
import { startDemo } from './demo-app.ts';
import { shootReal } from './shots-real.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    widths: { type: 'string' },
    languages: { type: 'string' },
    rtl: { type: 'boolean', default: false },
  },
});
const folder = positionals[0] ?? 'docs/shots';
const widths = values.widths?.split(',').map(Number);
const wanted = values.only?.split(',');
const states = STATES.filter(({ name }) => wanted?.some((begin) => name.startsWith(begin)) ?? true);
const languages: Language[] = (['en', 'zh-CN'] as const).filter(
  (language) => values.languages?.includes(language) ?? true,
);
if (values.rtl) languages.push('pseudo');

const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArgs });
for (const language of languages) {
  const isPseudo = language === 'pseudo';
  const app = await startDemo({ pseudo: isPseudo });
  const page = await browser.newPage({ locale: isPseudo ? 'en' : language });
  const demo = { url: app.url, say: wordsOf(language) };
  const camera = createCamera(join(folder, language), widths);
  for (const state of states) {
    const open = () => showState(page, demo, state);
    await camera.shoot(page, { name: state.name, whole: state.isLong ?? false, open });
  }
  await page.close();
  app.stop();
}
await browser.close();
if (!wanted) await shootReal(createCamera(folder, widths));
