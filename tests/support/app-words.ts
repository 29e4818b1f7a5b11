import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCompiledCatalog } from '@lingui/cli/api';

export type Language = 'en' | 'zh-CN' | 'pseudo';
export type Say = (english: string) => string;

const root = join(import.meta.dirname, '../..');

/** Says in another language what the app says in English: `say('Sign out')`. @throws for what it never says */
export function wordsOf(language: Language): Say {
  if (language === 'en') return (english) => english;
  if (language === 'pseudo') return pseudo;
  const catalogs = globSync(`client/app/**/*${language}*.po`, { cwd: root }).concat(
    globSync(`client/app/**/${language}/*.po`, { cwd: root }),
  );
  const words = new Map(catalogs.flatMap((file) => entries(readFileSync(join(root, file), 'utf8'))));
  return (english) => {
    const said = words.get(english);
    if (!said) throw new Error(`the app never says “${english}” in ${language}`);
    return said;
  };
}

/** Strings in a catalog are written as JSON writes them, each on a line of its own or on several. */
function entries(catalog: string): (readonly [english: string, said: string])[] {
  const found = catalog.matchAll(/^msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)/gm);
  return [...found].map(([, english = '', said = '']) => [joined(english), joined(said)] as const);
}

function joined(lines: string): string {
  const parts = lines.trim().split('\n');
  return parts.map((part) => String(JSON.parse(part))).join('');
}

function pseudo(english: string): string {
  const options = { namespace: 'json', pseudoLocale: 'en', pseudoLocaleOptions: { extend: 0.3 } };
  const { source } = createCompiledCatalog('en', { it: english }, options);
  return String(JSON.parse(source).messages.it[0]).trim();
}
