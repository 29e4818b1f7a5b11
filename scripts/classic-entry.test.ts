import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { classicEntry } from './classic-entry.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vidfab-classic-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** @returns what is built, by the names before their hashes */
async function built(files: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
  const page = '<!doctype html><script type="module" src="/main.ts"></script>';
  for (const [name, text] of Object.entries({ 'index.html': page, ...files })) writeFileSync(join(root, name), text);
  const result = await build({
    configFile: false,
    root,
    logLevel: 'silent',
    build: { write: false, modulePreload: false },
    plugins: [classicEntry()],
  });
  if (!('output' in result)) throw new Error('built more than once');
  return new Map(
    result.output.map((part) => [
      part.fileName.replace(/-[\w-]{8}(?=\.)/, ''),
      part.type === 'chunk' ? part.code : String(part.source),
    ]),
  );
}

const SHARED = 'export class Box { kind = "shared"; }; export const open = (box: Box) => box.kind;';

test('what the page begins with is one classic script; what comes later is a module that imports from it', async () => {
  const parts = await built({
    'shared.ts': SHARED,
    'main.ts':
      'import { Box, open } from "./shared.ts"; document.title = open(new Box()); void import("./later.ts").then(({ later }) => later());',
    'later.ts': 'import { Box, open } from "./shared.ts"; export const later = () => console.log(open(new Box()));',
  });
  expect(parts.get('index.html')).toMatch(/<script defer src="\/assets\/app-[\w-]+\.js"><\/script>/);
  expect(parts.get('index.html')).not.toContain('module');
  const script = parts.get('assets/app.js') ?? '';
  expect(script).toContain('"use strict"');
  // A script that could only be a module does not parse as a function's body.
  expect(() => new Function(script)).not.toThrow();
  expect(script).toMatch(/import\(.\/assets\/later-[\w-]+\.js.\)/);
  expect(parts.get('assets/later.js')).toMatch(/^import\{.+\}from"\.\/index-[\w-]+\.js";/);
  expect(parts.get('assets/later.js')).not.toContain('shared');
  const handedOn = parts.get('assets/index.js') ?? '';
  expect(handedOn).toMatch(/^const\{.+\}=vidfab;export\{.+\};$/);
});

test('what may change later is refused: it would be handed on as it was at first', async () => {
  const files = { 'shared.ts': 'export let count = 0;', 'main.ts': 'import { count } from "./shared.ts"; count;' };
  await expect(built(files)).rejects.toThrow('exports what may change');
});
